"""What docs/architecture.md names is there: files, folders, areas, and functions in their files.

In one paragraph, item or row a name such as `settle_item()` or `FORMATS` belongs to a path that
stands beside it: before it, or after it ("`settle_item()` in `…/settling.py`").
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_imports import AREAS

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
TOPS = ("models_srv", "oversight", "annotate", "templates", "static", "tests", "docs", "benchmarks")
PATH = re.compile(rf"(?:{'|'.join(TOPS)})/[\w./-]*")
NAME = re.compile(r"(\w+)\(\)|([A-Z]\w+)")


def blocks(text: str) -> list[str]:
    """Paragraphs, items of lists and rows of tables; drawings and programs are left out."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.split(r"\n\s*\n|\n(?=\d+\. |- |\|)", prose)


def quoted(block: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", block)


def paths(text: str) -> Iterator[str]:
    yield from (each for block in blocks(text) for each in quoted(block) if PATH.fullmatch(each))


def missing_paths(text: str) -> list[str]:
    return [
        path
        for path in paths(text)
        if not ((ROOT / path).is_dir() if path.endswith("/") else (ROOT / path).is_file())
    ]


def names(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each function, class or constant with the paths beside it: the one before, the one after."""
    for block in blocks(text):
        words = quoted(block)
        for at, word in enumerate(words):
            if found := NAME.fullmatch(word):
                before = [each for each in words[:at] if PATH.fullmatch(each)][-1:]
                after = [each for each in words[at:] if PATH.fullmatch(each)][:1]
                yield found[1] or found[2], before + after


def missing_names(text: str) -> list[str]:
    return [
        f"{name} in {' or '.join(beside) or 'no file'}"
        for name, beside in names(text)
        if not any(name in defined_in(path) for path in beside)
    ]


def defined_in(path: str) -> set[str]:
    """What a module, or any module below a folder, defines at its top level."""
    place = ROOT / path
    files = sorted(place.rglob("*.py")) if place.is_dir() else [place]
    found: set[str] = set()
    for file in files:
        if file.suffix == ".py" and file.is_file():
            for node in ast.parse(file.read_text(encoding="utf-8")).body:
                found |= _defined_by(node)
    return found


def _defined_by(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else []
    targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
    return {target.id for target in targets if isinstance(target, ast.Name)}


def test_every_path_is_there() -> None:
    assert len(list(paths(PAGE))) > 100
    assert missing_paths(PAGE) == []


def test_every_name_is_in_the_file_beside_it() -> None:
    assert len(list(names(PAGE))) > 50
    assert missing_names(PAGE) == []


@pytest.mark.parametrize(
    ("package", "area"), [(package, area) for package in AREAS for area in AREAS[package]]
)
def test_every_area_has_its_paragraph(package: str, area: str) -> None:
    section = PAGE.partition(f"\n## {package}: the areas\n")[2].partition("\n## ")[0]
    assert f"**{area}** " in section
    assert f"`{package}/{area}/" in section


def test_the_picture_has_every_area_in_order() -> None:
    drawn = re.search(r"^```mermaid\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    assert drawn
    for areas in AREAS.values():
        in_line = [area for area in areas if area not in ("redteam", "simulation")]
        assert " --> ".join(in_line) in drawn[1]
        assert all(re.search(rf"\b{area}\b", drawn[1]) for area in areas)


@pytest.mark.parametrize(
    ("text", "paths_missing", "names_missing"),
    [
        pytest.param("`oversight/no/such.py`", ["oversight/no/such.py"], 0, id="no-file"),
        pytest.param("`annotate/heap/`", ["annotate/heap/"], 0, id="no-folder"),
        pytest.param("`annotate/card`", ["annotate/card"], 0, id="a-folder-ends-in-a-slash"),
        pytest.param("`oversight/urls.py/`", ["oversight/urls.py/"], 0, id="a-file-does-not"),
        pytest.param("`gone()` in `oversight/dispatch.py`", [], 1, id="no-function"),
        pytest.param("`Gone` in `oversight/errors.py`", [], 1, id="no-class"),
        pytest.param("`GONE` in `oversight/urls.py`", [], 1, id="no-constant"),
        pytest.param("`settle_item()` alone", [], 1, id="no-file-beside"),
        pytest.param("`oversight/urls.py`\n\nand `PAGES`", [], 1, id="another-paragraph"),
        pytest.param("`send_after_commit()` in `oversight/dispatch.py`", [], 0, id="right-before"),
        pytest.param("`oversight/urls.py` (`PAGES`)", [], 0, id="right-after"),
        pytest.param("`card_for()` in `annotate/card/`", [], 0, id="right-in-a-folder"),
    ],
)
def test_the_check_itself_finds_what_is_made_up(
    text: str, paths_missing: list[str], names_missing: int
) -> None:
    assert missing_paths(text) == paths_missing
    assert len(missing_names(text)) == names_missing
