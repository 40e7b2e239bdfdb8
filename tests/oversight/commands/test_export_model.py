"""A version is taken elsewhere from the shell, with a card that says what it is."""

import pytest
from django.core.management import CommandError, call_command

from models_srv.domains.starters import starter_spec
from oversight.models import BackendKind, Evaluation, TrainingRun
from tests.factories import make_campaign, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return make_campaign(slug="maths", name="Maths")


@pytest.fixture
def learner(campaign):
    """A version that was trained from the starter learner and that the gate let through."""
    place = {"backend": BackendKind.TRANSFORMERS, "location": "starter:learner"}
    first = make_version(campaign, name="starter", revision=0, active=False, **place)
    version = make_version(
        campaign, name="starter", revision=1, parent=first, sha256="ab" * 32, **place
    )
    TrainingRun.objects.create(
        campaign=campaign,
        parent=first,
        result_version=version,
        state="succeeded",
        settings={"loss": "dpo"},
        result={"train_pairs": 41},
    )
    Evaluation.objects.create(
        campaign=campaign,
        candidate=version,
        baseline=first,
        is_promoted=True,
        reasons=["better on held-out queries: 0.910 against 0.635"],
    )
    return version


def export(folder, **options):
    call_command("export_model", campaign="maths", out=folder, **options)


def test_the_learner_at_work_is_written_with_its_card(learner, tmp_path):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    export(tmp_path / "alone")
    ours = AutoModelForCausalLM.from_pretrained(tmp_path / "alone").state_dict()
    theirs = AutoModelForCausalLM.from_pretrained(starter_spec("learner").location).state_dict()
    assert all(bool((ours[name] == theirs[name]).all()) for name in theirs)
    assert AutoTokenizer.from_pretrained(tmp_path / "alone").chat_template
    card = (tmp_path / "alone" / "README.md").read_text()
    for words in ("# starter@1", "The learner of Maths.", "DPO on 41 pairs", "0.910 against 0.635"):
        assert words in card
    assert "starter:learner" not in card


def test_another_version_is_named(learner, tmp_path):
    export(tmp_path / "first", version_name="starter@0")
    assert "# starter@0" in (tmp_path / "first" / "README.md").read_text()


def test_what_cannot_be_taken_is_said(campaign, learner, tmp_path):
    folder = tmp_path / "alone"
    with pytest.raises(CommandError, match="no learner 'starter@9'"):
        export(folder, version_name="starter@9")
    with pytest.raises(CommandError, match="no critic is at work in maths"):
        export(folder, role="critic")
    with pytest.raises(CommandError, match="there is no campaign 'else'"):
        call_command("export_model", campaign="else", out=folder)
    with pytest.raises(CommandError, match="is there already"):
        export(tmp_path)
    served = make_version(
        campaign, active=False, backend=BackendKind.OPENAI, location="http://gpu:8000/v1"
    )
    with pytest.raises(CommandError, match=r"weights of .* are not at hand"):
        export(folder, version_name=str(served))
    torn = tmp_path / "torn"
    torn.mkdir()
    (torn / "config.json").write_text("{")
    broken = make_version(
        campaign, active=False, backend=BackendKind.TRANSFORMERS, location=str(torn)
    )
    with pytest.raises(CommandError, match="cannot write"):
        export(folder, version_name=str(broken))
    assert list(tmp_path.iterdir()) == [torn]
