import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path


def judged(pairs: int, seed: int, error: float = 0.05) -> list[dict[str, Any]]:
    """A good judge, and one that knows nothing."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(pairs):
        human = rng.choice(["a", "b"])
        says = human if rng.random() > error else ("b" if human == "a" else "a")
        good = 0.95 if says == "a" else 0.05
        rows.append({"id": number, "p": {"good": good, "dull": rng.random()}, "human": human})
    return rows


def only(rows: list[dict[str, Any]], judge: str) -> list[dict[str, Any]]:
    return [row | {"p": {judge: row["p"][judge]}} for row in rows]


def calibrate(path: Path, *arguments: object) -> dict[str, Any]:
    out = io.StringIO()
    levels = ["--alpha", "0.1", "--delta", "0.1"]
    call_command("calibrate_acceptance", str(path), *levels, *map(str, arguments), stdout=out)
    report: dict[str, Any] = json.loads(out.getvalue())
    return report


def test_a_good_judge_is_accepted_and_holds_on_fresh_pairs(tmp_path: Path) -> None:
    path = write(tmp_path / "audits.jsonl", only(judged(400, 1), "good"))
    test = write(tmp_path / "test.jsonl", only(judged(2000, 2), "good"))
    report = calibrate(path, "--test", test)
    assert report["threshold"] == 0.5
    assert report["start"] == 0.95
    assert report["coverage"] == 1.0
    assert 0.03 < report["error_upper_bound"] <= 0.1
    assert report["test_coverage"] == 1.0
    assert report["test_error"] == pytest.approx(0.05, abs=0.02)


def test_people_take_all_of_a_useless_judge(tmp_path: Path) -> None:
    path = write(tmp_path / "audits.jsonl", only(judged(400, 1), "dull"))
    report = calibrate(path, "--test", path)
    assert report["threshold"] is None
    assert report["coverage"] == 0
    assert report["error_upper_bound"] is None
    assert report["test_coverage"] == 0
    assert report["test_error"] is None


def test_several_judges_are_taken_at_their_mean(tmp_path: Path) -> None:
    report = calibrate(write(tmp_path / "audits.jsonl", judged(400, 1, error=0.01)))
    assert report["judges"] == ["dull", "good"]
    assert report["threshold"] is not None


def test_a_cascade_asks_one_judge_after_the_other(tmp_path: Path) -> None:
    path = write(tmp_path / "audits.jsonl", judged(400, 1))
    report = calibrate(path, "--cascade", "dull,good", "--test", path)
    dull, good = report["stages"]
    assert dull["judge"] == "dull"
    assert dull["threshold"] is None
    assert report["threshold"] == good["threshold"] == 0.5
    assert report["test_coverage"] == 1.0


def test_a_tie_of_people_is_an_error_of_the_judge(tmp_path: Path) -> None:
    rows = [{"id": n, "p": {"j": 0.9}, "human": "tie" if n % 2 else "a"} for n in range(200)]
    assert calibrate(write(tmp_path / "audits.jsonl", rows))["threshold"] is None


def test_an_unscored_pair_is_never_accepted(tmp_path: Path) -> None:
    rows = [{"id": n, "p": {"j": None if n % 2 else 0.9}, "human": "a"} for n in range(200)]
    assert calibrate(write(tmp_path / "audits.jsonl", rows))["coverage"] == 0.5


@pytest.mark.parametrize(
    ("row", "message"),
    [
        pytest.param({"id": 1, "p": {"j": 0.9}}, ":1: needs id, p and human", id="human-missing"),
        pytest.param({"id": 1, "p": {"j": 0.9}, "human": "c"}, "human is", id="human-unknown"),
        pytest.param({"id": 1, "p": 0.9, "human": "a"}, "names each judge", id="p-not-named"),
        pytest.param({"id": 1, "p": {"j": 1.2}, "human": "a"}, "lies in", id="p-too-high"),
        pytest.param({"id": 1, "p": {"j": "0.9"}, "human": "a"}, "lies in", id="p-a-string"),
        pytest.param([1], "JSON object", id="not-an-object"),
    ],
)
def test_a_bad_row_is_named_by_line(tmp_path: Path, row: Any, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        calibrate(write(tmp_path / "audits.jsonl", [row]))


def test_a_judge_that_a_pair_lacks_is_named(tmp_path: Path) -> None:
    rows = [{"id": 1, "p": {"j": 0.9}, "human": "a"}, {"id": 2, "p": {"k": 0.9}, "human": "a"}]
    with pytest.raises(CommandError, match="pair 2 has no probability of 'j'"):
        calibrate(write(tmp_path / "audits.jsonl", rows))


def test_no_rows_and_bad_levels_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no rows"):
        calibrate(write(tmp_path / "audits.jsonl", []))
    with pytest.raises(CommandError, match="--alpha must lie"):
        call_command("calibrate_acceptance", "x", "--alpha", "1.5", "--delta", "0.1")


def test_a_pair_that_comes_twice_is_said(tmp_path: Path) -> None:
    rows = only(judged(100, 1), "good")
    path = write(tmp_path / "audits.jsonl", rows)
    assert "warnings" not in calibrate(path)
    twice = write(tmp_path / "twice.jsonl", [*rows, rows[7]])
    assert "1 ids come more than once (7 …)" in calibrate(twice)["warnings"][0]
