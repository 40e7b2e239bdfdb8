"""The tools that engineers train with read the endpoints from a running server, and train."""

import urllib.request

import pytest
from django.urls import reverse

from oversight.data.services.snapshots import make_snapshot
from oversight.people.services.tokens import make_token
from tests.factories import make_member
from tests.models_srv.conftest import build_model, build_tokenizer
from tests.oversight.data.exported import make_world

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
BUILDERS = {"jsonl": "json", "parquet": "parquet"}
TEXTS = ["One.", "=Two.", 'Th"ree.\\rho', "Four.\nOr five."]


@pytest.fixture
def world(settings, tmp_path):
    settings.VAR = tmp_path / "var"
    return make_world(TEXTS)


@pytest.fixture
def headers(world):
    return {"Authorization": f"Token {make_token(user=make_member(world, 'engineer'))}"}


def addresses(world, live_server, ending, name="preferences"):
    """The endpoint's, which streams, and a snapshot's file, of which parts can be had."""
    sha256 = make_snapshot(campaign=world).sha256
    of_dataset = reverse("api-dataset", args=[world.slug, f"{name}.{ending}"])
    of_snapshot = reverse("api-snapshot-file", args=[world.slug, sha256, f"{name}.{ending}"])
    return [live_server.url + path for path in (of_dataset, of_snapshot)]


@pytest.mark.parametrize("ending", BUILDERS)
def test_datasets_reads_the_address_itself(world, live_server, headers, tmp_path, ending):
    pytest.importorskip("aiohttp", reason="fsspec reads addresses by aiohttp")
    from datasets import load_dataset

    for url in addresses(world, live_server, ending):
        rows = load_dataset(
            BUILDERS[ending], data_files=url, split="train", cache_dir=str(tmp_path),
            storage_options={"client_kwargs": {"headers": headers}},
        )  # fmt: skip
        assert sorted(row["chosen"][0]["content"] for row in rows) == sorted(TEXTS)


@pytest.mark.parametrize("ending", BUILDERS)
@pytest.mark.parametrize("name", ["preferences", "preferences-text", "kto", "sft"])
def test_trl_takes_a_step_on_what_was_downloaded(
    world, live_server, headers, tmp_path, name, ending
):
    from datasets import load_dataset

    for number, url in enumerate(addresses(world, live_server, ending, name)):
        path = tmp_path / f"{number}.{ending}"
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:  # noqa: S310
            path.write_bytes(answer.read())
        rows = load_dataset(
            BUILDERS[ending], data_files=str(path), split="train", cache_dir=str(tmp_path)
        )
        assert _trained(name, rows, tmp_path / "model") > 0


def _trained(name, rows, folder):
    """Return the loss after one step of TRL's own trainer."""
    import trl
    from transformers import AutoModelForCausalLM, AutoTokenizer

    build_tokenizer().save_pretrained(folder)
    build_model(len(build_tokenizer()), build_tokenizer()).save_pretrained(folder)
    kind = {"kto": "KTO", "sft": "SFT"}.get(name, "DPO")
    args = getattr(trl, f"{kind}Config")(
        output_dir=str(folder / "out"), max_steps=1, bf16=False, per_device_train_batch_size=2,
        use_cpu=True, report_to="none", logging_steps=1, save_strategy="no", disable_tqdm=True,
        activation_checkpointing=False,
    )  # fmt: skip
    run = getattr(trl, f"{kind}Trainer")(
        AutoModelForCausalLM.from_pretrained(folder),
        args=args,
        train_dataset=rows,
        processing_class=AutoTokenizer.from_pretrained(folder),
    )
    run.train()
    return run.state.log_history[0]["loss"]
