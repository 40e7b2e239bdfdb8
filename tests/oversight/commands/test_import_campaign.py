"""manage.py import_campaign: the format guessed, columns mapped, bad rows left out and written."""

import json

import pytest
from django.core.management import CommandError, call_command

from oversight.data.importers.samples import samples
from oversight.models import Campaign, Judgement, Query
from tests.oversight.data.import_files import jsonl

pytestmark = pytest.mark.django_db


def test_what_it_is_is_guessed(capsys):
    call_command("import_campaign", samples()["hh-rlhf"], held_out=0)
    assert "campaign hh-rlhf: 3 queries, 6 responses, 3 judgements, 3 preferences" in (
        capsys.readouterr().out
    )


def test_columns_are_mapped():
    columns = ["prompt=task", "response_a=first answer", "response_b=second answer"]
    call_command(
        "import_campaign",
        samples()["columns"],
        format="columns",
        source="critic",
        map=[*columns, "label=better", "annotator=worker"],
    )
    assert {each.version.name for each in Judgement.objects.all()} == {"w1", "w2"}


@pytest.mark.parametrize("given", ["poet=task", "prompt", "prompt="])
def test_a_mapping_that_is_none_is_refused(given):
    with pytest.raises(CommandError, match="ROLE=COLUMN"):
        call_command("import_campaign", samples()["columns"], map=[given])


def test_the_good_rows_are_kept_and_the_others_written(tmp_path, capsys):
    path = tmp_path / "q.jsonl"
    path.write_bytes(jsonl({"text": "One?"}, {"text": 5}, {"text": "Two?"}))
    refused = tmp_path / "refused.jsonl"
    call_command("import_campaign", path, keep_good=True, refused=refused)
    assert "1 bad row left out\nline 2: “text” must be a string" in capsys.readouterr().out
    assert json.loads(refused.read_text())["row"] == {"text": 5}
    assert Query.objects.count() == 2


def test_one_bad_row_is_enough_otherwise(tmp_path):
    path = tmp_path / "q.jsonl"
    path.write_bytes(jsonl({"text": "One?"}, {"text": 5}))
    with pytest.raises(CommandError, match="nothing imported"):
        call_command("import_campaign", path)
    assert not Campaign.objects.exists()
