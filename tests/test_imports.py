"""Imports go one way, between packages, areas and layers; and no folder is a heap.

docs/architecture.md draws the picture. Imports within functions count; migrations do not.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# All from the bottom up: a module imports from its own place and from those below.
PACKAGES = ["models_srv", "oversight", "annotate"]
AREAS = {
    "oversight": [
        *("people", "campaigns", "versions", "asking", "feedback"),
        *("trust", "attacks", "data", "learning", "loop", "pages"),
    ],
    "annotate": [
        "text",
        "care",
        "queue",
        "card",
        "work",
        "team",
        "review",
        "exports",
        "redteam",
        "simulation",
    ],
}
# Beneath every area, and above all of them.
GROUND = {
    "oversight": {
        *(
            "models",
            "policies",
            "statistics",
            "embedded",
            "web",
            "rest",
            "telemetry",
            "errors",
            "statements",
            "lists",
        ),
        *("dispatch", "celery", "steady_clock", "checks", "new_database"),
    },
    "annotate": {"models", "errors", "access", "campaigns"},
}
TOP = {
    "oversight": {
        *("admin", "apps", "demo", "management", "sessions", "settings", "tasks", "urls", "wsgi"),
        "worker_life",
    },
    "annotate": {
        *("apps", "context_processors", "jinja", "management", "tasks", "templatetags", "urls"),
    },
}
STRANGERS = [{"annotate.redteam", "annotate.simulation"}]  # side by side, neither above the other
LAYERS = {
    **{"policies": 1, "importers": 1, "selectors": 2, "services": 3, "stages": 3, "forms": 4},
    **{"views": 5, "api": 5, "access": 5, "urls": 6},
}
BARE = {  # what some places do without
    "models_srv": ("django", "rest_framework", "celery"),
    "oversight.embedded": ("django", "oversight.models"),
    "oversight.statistics": ("django", "oversight.models", "time", "datetime"),
}
IMPURE = ("django", "celery", "time", "oversight.models", "annotate.models")
CLOCKS = {"now", "today", "utcnow", "time"}
HEAVY = ("torch", "transformers", "trl", "peft", "datasets")
MOST_MODULES, MOST_LINES = 20, 400


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(tree: ast.AST, path: Path) -> Iterator[tuple[int, str]]:
    """The line and the whole name of all that is imported: a module, or something in one."""
    package = path.relative_to(ROOT).with_suffix("").parts
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def level_of(name: str) -> int:
    """How high up in its package a module is; -1 for what has no place."""
    package, _, rest = name.partition(".")
    first = rest.partition(".")[0]
    if package not in AREAS or not first or first in GROUND[package]:
        return 0
    if first in AREAS[package]:
        return 1 + AREAS[package].index(first)
    return 1 + len(AREAS[package]) if first in TOP[package] else -1


def is_top(name: str) -> bool:
    package, _, rest = name.partition(".")
    return rest.partition(".")[0] in TOP.get(package, ())


def layer_of(name: str) -> int:
    """The layer that a module's folder or file says, 0 where none does."""
    return max((LAYERS.get(part, 0) for part in name.split(".")[1:]), default=0)


def is_within(name: str, places: tuple[str, ...]) -> bool:
    return any(name == place or name.startswith(f"{place}.") for place in places)


def what_is_wrong(importer: str, name: str) -> str:
    """Say against what the import runs, "" where it may be."""
    for place, banned in BARE.items():
        if is_within(importer, (place,)) and is_within(name, banned):
            return f"{place} does without"
    if ".policies." in importer and is_within(name, IMPURE):
        return "policies are pure"
    package, other = importer.partition(".")[0], name.partition(".")[0]
    if other not in PACKAGES:
        return ""
    if package != other:
        is_upward = PACKAGES.index(other) > PACKAGES.index(package)
        return "a package above" if is_upward else ""
    if {".".join(each.split(".")[:2]) for each in (importer, name)} in STRANGERS:
        return "an area beside"
    if level_of(name) > level_of(importer):
        return "an area above"
    if not is_top(importer) and 0 < layer_of(importer) < layer_of(name):
        return "a layer above"
    return ""


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_go_one_way(package: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line} imports {name}: {wrong}"
        for path in sources(package)
        for line, name in imported(ast.parse(path.read_text()), path)
        if (wrong := what_is_wrong(module_of(path), name))
    ]
    assert found == []


def test_the_product_knows_no_domain_by_name() -> None:
    """Nor what a domain brings: the registry and the starter models are asked."""
    domains = tuple(
        module_of(path).removesuffix(".domain")
        for path in (ROOT / "models_srv" / "domains").glob("*/domain.py")
    )
    assert domains
    found = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in sources(*PACKAGES)
        for line, name in imported(ast.parse(path.read_text()), path)
        if is_within(name, domains) and not is_within(module_of(path), ("models_srv.domains",))
    ]
    assert found == []


@pytest.mark.parametrize("package", AREAS)
def test_every_module_has_a_place(package: str) -> None:
    """What is added at the root of a package belongs to the ground or to the top: say which."""
    assert [name for path in sources(package) if level_of(name := module_of(path)) < 0] == []
    names = {path.stem if path.is_file() else path.name for path in (ROOT / package).iterdir()}
    said = {*AREAS[package], *GROUND[package], *TOP[package]}
    assert said - names == set(), "what is not there any more"


def test_policies_ask_no_clock() -> None:
    """They may reckon with times that they are given."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources("oversight", "annotate")
        if "policies" in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
    ]
    assert found == []


@pytest.mark.parametrize("folder", PACKAGES)
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


@pytest.mark.parametrize(
    "area", [f"{package}/{area}" for package, areas in AREAS.items() for area in areas]
)
def test_every_area_says_what_it_is_about(area: str) -> None:
    assert ast.get_docstring(ast.parse((ROOT / area / "__init__.py").read_text()))


def test_no_folder_is_a_heap() -> None:
    counts = Counter(
        path.parent.relative_to(ROOT).as_posix()
        for path in sources(*PACKAGES, "tests", "benchmarks")
        if path.name != "__init__.py"
    )
    assert {folder: n for folder, n in counts.items() if n > MOST_MODULES} == {}


def test_no_module_is_longer_than_a_sitting() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines())
        for path in sources(*PACKAGES, "tests", "benchmarks")
    }
    assert {path: n for path, n in lengths.items() if n > MOST_LINES} == {}


@pytest.mark.parametrize(
    ("importer", "name", "wrong"),
    [
        ("models_srv.types", "oversight.models.Campaign", "a package above"),
        ("oversight.tasks", "annotate.models.Assignment", "a package above"),
        ("models_srv.words", "django.db.models", "models_srv does without"),
        ("oversight.embedded.paths", "django.conf.settings", "oversight.embedded does without"),
        ("oversight.models.users", "oversight.people.selectors.roles.roles_in", "an area above"),
        ("oversight.web.health", "oversight.people.views.access", "an area above"),
        ("oversight.trust.services.evidence", "oversight.loop.services.rounds", "an area above"),
        ("oversight.loop.stages.gate", "oversight.demo.seed_demo", "an area above"),
        ("annotate.care.services", "annotate.queue.services.leases", "an area above"),
        ("annotate.redteam.views", "annotate.simulation.page", "an area beside"),
        ("oversight.loop.selectors.turns", "oversight.loop.services.work", "a layer above"),
        ("oversight.loop.services.work", "oversight.people.views.access", "a layer above"),
        ("annotate.queue.selectors.queue", "annotate.access.person_required", "a layer above"),
        ("oversight.trust.policies.critique_effect", "oversight.models.Arm", "policies are pure"),
        ("annotate.care.policies.breaks", "time.monotonic", "policies are pure"),
        ("oversight.loop.stages.route", "oversight.asking.policies.routing.Route", ""),
        ("oversight.loop.services.coordinator", "oversight.loop.stages.HANDLERS", ""),
        ("oversight.tasks", "oversight.loop.services.work", ""),
        ("annotate.work.views.flags", "oversight.people.views.access", ""),
        ("annotate.card.cards", "annotate.text.markdown.formatted", ""),
    ],
)
def test_the_check_itself_tells_right_from_wrong(importer: str, name: str, wrong: str) -> None:
    assert what_is_wrong(importer, name) == wrong


def test_the_check_itself_sees_imports_within_functions_and_relative_ones() -> None:
    path = ROOT / "oversight" / "loop" / "x.py"
    tree = ast.parse("def f():\n    from annotate.models import Assignment\nfrom . import views\n")
    assert list(imported(tree, path)) == [
        (3, "oversight.loop.views"),
        (2, "annotate.models.Assignment"),
    ]
