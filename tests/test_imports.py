"""Imports go one way: annotate → oversight → models_srv; layers inside an app likewise."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FORBIDDEN = [
    ("models_srv", ("django", "oversight", "annotate", "rest_framework", "celery")),
    ("oversight", ("annotate",)),
    (
        "oversight/policies",
        ("django", "oversight.models", "oversight.services", "time", "datetime"),
    ),
    ("oversight/models", ("oversight.services", "oversight.selectors", "oversight.views")),
    ("oversight/selectors", ("oversight.services", "oversight.views", "oversight.api")),
    ("oversight/services", ("oversight.views", "oversight.api", "oversight.tasks")),
    ("oversight/embedded", ("django",)),
    ("annotate/models", ("annotate.services", "annotate.selectors", "annotate.views")),
    ("annotate/selectors", ("annotate.services", "annotate.views")),
    ("annotate/services", ("annotate.views", "annotate.tasks")),
    ("annotate/policies", ("django", "annotate.models", "annotate.services", "time")),
]
HEAVY = ("torch", "transformers", "trl", "peft", "datasets")


def sources(folder: str) -> Iterator[Path]:
    return (path for path in (ROOT / folder).rglob("*.py"))


def imported(tree: ast.AST, path: Path) -> Iterator[tuple[int, str]]:
    package = path.relative_to(ROOT).with_suffix("").parts
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


@pytest.mark.parametrize(("folder", "forbidden"), FORBIDDEN, ids=[f for f, _ in FORBIDDEN])
def test_it_imports_one_way(folder: str, forbidden: tuple[str, ...]) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in sources(folder)
        for line, name in imported(ast.parse(path.read_text()), path)
        if any(name == banned or name.startswith(f"{banned}.") for banned in forbidden)
    ]
    assert found == []


@pytest.mark.parametrize("folder", ["oversight", "annotate", "models_srv"])
def test_heavy_libraries_are_imported_only_where_they_are_used(folder: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources(folder)
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module]
        )
        if name and name.split(".")[0] in HEAVY
    ]
    assert found == []


def test_the_check_itself_sees_a_forbidden_import(tmp_path: Path) -> None:
    path = ROOT / "oversight" / "x.py"
    tree = ast.parse("def f():\n    from annotate.models import Assignment\n")
    assert list(imported(tree, path)) == [(2, "annotate.models.Assignment")]
