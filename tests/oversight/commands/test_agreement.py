import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

DATA = Path(__file__).resolve().parents[3].parent / "shared/data"
needs_data = pytest.mark.skipif(not DATA.exists(), reason=f"the real data are not at {DATA}")


def agreement(*arguments: object) -> dict[str, Any]:
    out = io.StringIO()
    call_command("agreement", *map(str, arguments), stdout=out)
    report: dict[str, Any] = json.loads(out.getvalue())
    return report


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


@needs_data
def test_bluebirds_figures_are_the_published_ones() -> None:
    folder = DATA / "bluebirds"
    report = agreement(folder / "labels.csv", "--gold", folder / "gold.csv")
    assert (report["items"], report["annotators"], report["labels"]) == (108, 39, 4212)
    assert report["majority_accuracy"] == pytest.approx(0.759, abs=5e-4)
    assert 0.88 <= report["dawid_skene_accuracy"] <= 0.90
    assert len(report["pairwise_kappa"]) == 39 * 38 / 2
    assert len(report["per_annotator"]) == 39


@needs_data
def test_pandalm_figures_are_the_published_ones(tmp_path: Path) -> None:
    pairs = json.loads((DATA / "pandalm/testset-v1.json").read_text())
    lines = [
        f"{pair['idx']},{who},{pair[who]}"
        for pair in pairs
        for who in ("annotator1", "annotator2", "annotator3")
    ]
    labels = write(tmp_path / "labels.csv", "\n".join(["item,annotator,label", *lines]))
    report = agreement(labels)
    assert sorted(report["pairwise_kappa"].values()) == pytest.approx(
        [0.852, 0.862, 0.879], abs=5e-4
    )
    assert report["fleiss_kappa"] == pytest.approx(0.864, abs=5e-4)
    assert report["krippendorff_alpha"] == pytest.approx(0.864, abs=5e-4)
    assert report["majority_accuracy"] is None


def test_alpha_takes_the_level_asked_for(tmp_path: Path) -> None:
    text = "item,annotator,label\n1,x,1\n1,y,2\n2,x,9\n2,y,9\n3,x,5\n3,y,5\n"
    labels = write(tmp_path / "labels.csv", text)
    nominal, interval = agreement(labels), agreement(labels, "--level", "interval")
    assert interval["krippendorff_alpha"] > nominal["krippendorff_alpha"]


@pytest.mark.parametrize(
    ("text", "arguments", "message"),
    [
        pytest.param("item,annotator\n1,x\n", [], "no column 'label'", id="column"),
        pytest.param("item,annotator,label\n1,x,\n", [], ":2: nothing in column", id="blank"),
        pytest.param("item,annotator,label\n1,x\n", [], ":2: fewer cells", id="short-row"),
        pytest.param("item,annotator,label\n", [], "no rows", id="empty"),
        pytest.param(
            "item,annotator,label\n1,x,good\n", ["--level", "interval"], "needs numbers", id="words"
        ),
        pytest.param(
            "item,annotator,label\n1,x,nan\n1,y,1\n",
            ["--level", "interval"],
            "needs numbers",
            id="not-finite",
        ),
        pytest.param(
            "item,annotator,label\n1,x,good\n", ["--level", "ordinal"], "ordinal needs", id="order"
        ),
        pytest.param("", [], "no rows", id="nothing"),
        pytest.param("item,annotator,label\n1,x,1\n", ["--smoothing=nan"], "0 or more", id="nan"),
        pytest.param(
            "item,annotator,label\n1,x,1\n", ["--smoothing=-1"], "0 or more", id="smoothing"
        ),
    ],
)
def test_a_bad_file_gets_one_clear_line(
    tmp_path: Path, text: str, arguments: list[str], message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        agreement(write(tmp_path / "labels.csv", text), *arguments)


def test_gold_of_other_items_is_refused(tmp_path: Path) -> None:
    labels = write(tmp_path / "labels.csv", "item,annotator,label\n1,x,1\n")
    gold = write(tmp_path / "gold.csv", "item,label\n2,1\n")
    with pytest.raises(CommandError, match="no labelled item"):
        agreement(labels, "--gold", gold)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot read"):
        agreement(tmp_path / "nowhere.csv")


def test_gold_that_contradicts_itself_is_refused(tmp_path: Path) -> None:
    labels = write(tmp_path / "labels.csv", "item,annotator,label\n1,x,1\n")
    gold = write(tmp_path / "gold.csv", "item,label\n1,1\n1,2\n")
    with pytest.raises(CommandError, match="item '1' is both '1' and '2'"):
        agreement(labels, "--gold", gold)


def test_what_cannot_be_told_is_said(tmp_path: Path) -> None:
    labels = write(tmp_path / "labels.csv", "item,annotator,label\n1,x,a\n2,x,b\n")
    gold = write(tmp_path / "gold.csv", "item,label\n1,a\n2,c\n99,b\n")
    report = agreement(labels, "--gold", gold)
    said = "\n".join(report["warnings"])
    assert "one annotator only" in said
    assert "gold for 1 items that nobody labelled: 99" in said
    assert "gold has values that nobody gave: c" in said
    assert (report["fleiss_kappa"], report["krippendorff_alpha"]) == (None, None)
    apart = write(tmp_path / "apart.csv", "item,annotator,label\n1,x,a\n2,y,b\n")
    assert "no item has two labels" in agreement(apart)["warnings"][0]


def alpha_of(tmp_path: Path, rows: str, *arguments: object) -> float:
    path = tmp_path / "untidy.csv"
    path.write_bytes(rows.encode())
    alpha: float = agreement(path, *arguments)["krippendorff_alpha"]
    return alpha


HEAD = "item,annotator,label\n"


@pytest.mark.fault("agreement")
@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(HEAD + "1,a,1\n1,b,1.0\n2,a,2\n2,b,2.0\n", id="whole-labels"),
        pytest.param(HEAD + "1,a,x\n1.0,b,x\n2,a,y\n2.0,b,y\n", id="whole-items"),
        pytest.param(HEAD + "1,a,.5\n1,b,0.50\n2,a,2\n2,b,2\n", id="decimal-labels"),
        pytest.param(HEAD + "1,a,caf\u00e9\n1,b,cafe\u0301\n2,a,y\n2,b,y\n", id="nfd-labels"),
        pytest.param(HEAD + "e\u0301,a,x\n\u00e9,b,x\n2,a,y\n2,b,y\n", id="nfd-items"),
        pytest.param(HEAD + " 1,a ,x\u00a0\n1,b,x\n2,a,y\n2,b, y\n", id="white-space"),
        pytest.param("\ufeff" + HEAD + "\ufeff1,a,x\n1,b,x\n2,a,y\n2,b,y\n", id="bom"),
        pytest.param(HEAD.replace("\n", "\r\n") + "1,a,x\r\n1,b,x\r\n2,a,y\r\n2,b,y\r\n", id="crlf"),
        pytest.param('item, annotator ,"label "\n1,a,x\n1,b,x\n2,a,y\n2,b,y\n', id="header"),
        pytest.param(HEAD + "1,a,x\n1,b,x\n2,a,y\n2,b,y\n,,\n ,,\n", id="blank-rows"),
    ],
)  # fmt: skip
def test_one_label_written_in_two_ways_is_one(tmp_path: Path, rows: str) -> None:
    assert alpha_of(tmp_path, rows) == 1.0
    assert agreement(tmp_path / "untidy.csv")["annotators"] == 2


@pytest.mark.fault("agreement")
def test_a_row_that_stands_twice_is_one_vote(tmp_path: Path) -> None:
    rows = "1,a,x\n1,b,y\n2,a,x\n2,b,x\n3,a,y\n3,b,x\n4,a,y\n4,b,y\n"
    once = alpha_of(tmp_path, HEAD + rows)
    assert once == pytest.approx(0.125)
    assert alpha_of(tmp_path, HEAD + rows + rows) == once
    assert alpha_of(tmp_path, HEAD + rows + rows.replace("1,a", "1.0,a")) == once
    report = agreement(tmp_path / "untidy.csv")
    assert report["labels"] == 8
    assert "8 rows repeat a label" in report["warnings"][0]


@pytest.mark.fault("agreement")
def test_a_label_that_was_changed_counts_as_it_is_last(tmp_path: Path) -> None:
    alpha = alpha_of(tmp_path, HEAD + "1,a,y\n1,b,x\n2,a,y\n2,b,y\n1,a,x\n")
    assert alpha == 1.0
    said = agreement(tmp_path / "untidy.csv")["warnings"]
    assert "lines 2 and 6" in said[0]


@pytest.mark.fault("agreement")
def test_labels_that_look_alike_are_said(tmp_path: Path) -> None:
    path = write(tmp_path / "labels.csv", HEAD + "1,a,Yes\n1,b,yes\n01,a,no\n01,b,no\n")
    said = "\n".join(agreement(path)["warnings"])
    assert "items that look alike are counted apart: '01' and '1'" in said
    assert "labels that look alike are counted apart: 'Yes' and 'yes'" in said


@pytest.mark.fault("agreement")
def test_numbers_are_one_however_they_are_written_where_they_are_numbers(tmp_path: Path) -> None:
    rows = HEAD + "1,a,01\n1,b,1e0\n2,a,+2\n2,b,2.0\n"
    assert alpha_of(tmp_path, rows, "--level", "ordinal") == 1.0


@pytest.mark.fault("agreement")
def test_a_nul_and_gold_that_differs_in_form(tmp_path: Path) -> None:
    bad = write(tmp_path / "nul.csv", HEAD + "1,a,x\n1,b,x\0\n")
    with pytest.raises(CommandError, match=":3: a NUL character"):
        agreement(bad)
    labels = write(tmp_path / "labels.csv", HEAD + "1,a,2\n1,b,2\n")
    gold = write(tmp_path / "gold.csv", "item,label\n1.0, 2.0\n1,2\n")
    assert agreement(labels, "--gold", gold)["majority_accuracy"] == 1.0


@pytest.mark.fault("agreement")
def test_one_disagreement_is_no_correlation(tmp_path: Path) -> None:
    rows = HEAD + "1,a,2\n1,b,2\n2,a,2\n2,b,2\n3,a,2\n3,b,1\n"
    said = agreement(write(tmp_path / "labels.csv", rows))["warnings"]
    assert not [each for each in said if "agree far more" in each or "correlated" in each]


def crowd_rows(items: int, annotators: int) -> str:
    """Labels of a simulated crowd in which everybody errs now and then."""
    return HEAD + "".join(
        f"{item},w{who},{'n' if (item * 7 + who * 13) % 10 == 0 else 'y' if item % 2 else 'n'}\n"
        for item in range(items)
        for who in range(annotators)
    )


@pytest.mark.fault("agreement")
def test_what_smoothed_the_model_is_said(tmp_path: Path) -> None:
    few = write(tmp_path / "few.csv", HEAD + "1,a,x\n1,b,x\n")
    assert agreement(few)["dawid_skene_smoothing"] == {
        "per_cell": 0.01,
        "crowd_labels": 0,
        "chosen_by": "default: too few labels to choose by",
    }
    many = write(tmp_path / "many.csv", crowd_rows(60, 5))
    assert agreement(many)["dawid_skene_smoothing"]["chosen_by"] == "likelihood of held-out labels"
    given = agreement(many, "--smoothing", "0.5")["dawid_skene_smoothing"]
    assert (given["per_cell"], given["chosen_by"]) == (0.5, "given")


@pytest.mark.fault("agreement")
def test_class_shares_and_posteriors_come_on_request(tmp_path: Path) -> None:
    labels = write(tmp_path / "labels.csv", crowd_rows(30, 4))
    assert not {"class_shares", "posteriors"} & agreement(labels).keys()
    report = agreement(labels, "--class-shares", "--posteriors")
    assert sum(report["class_shares"].values()) == pytest.approx(1)
    assert report["class_shares"]["y"] == pytest.approx(0.5, abs=0.1)
    assert len(report["posteriors"]) == 30
    assert report["posteriors"]["1"]["y"] > 0.9


@pytest.mark.fault("agreement")
def test_posteriors_are_written_to_a_file(tmp_path: Path) -> None:
    labels = write(tmp_path / "labels.csv", crowd_rows(30, 4))
    table, lines = tmp_path / "p.csv", tmp_path / "p.jsonl"
    assert "posteriors" not in agreement(labels, "--posteriors", table)
    agreement(labels, "--posteriors", lines)
    rows = table.read_text().splitlines()
    assert rows[0] == "item,p:n,p:y"
    assert len(rows) == 31
    first = json.loads(lines.read_text().splitlines()[0])
    assert first["item"] == "0"
    assert sum(first["p"].values()) == pytest.approx(1)
    with pytest.raises(CommandError, match=r"writes \.csv or \.jsonl"):
        agreement(labels, "--posteriors", tmp_path / "p.txt")
    with pytest.raises(CommandError, match="cannot write"):
        agreement(labels, "--posteriors", tmp_path / "nowhere" / "p.csv")
