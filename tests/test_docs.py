"""What README and docs name exists: commands, make targets, paths, addresses, settings."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import Resolver404, resolve

pytestmark = pytest.mark.fault("docs")
ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXTS = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in PAGES}
TARGETS = set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
SOURCES = (
    "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("oversight", "annotate", "models_srv", "docker")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in (".py", ".yaml") or path.name == "Dockerfile"
    )
    + (ROOT / "Makefile").read_text()
)
FOLDERS = "oversight|annotate|models_srv|templates|static|tests|docker|docs|benchmarks"


def named(pattern: str) -> list[tuple[str, str]]:
    return [(page, name) for page, text in TEXTS.items() for name in re.findall(pattern, text)]


def test_every_make_target_exists():
    found = named(r"\bmake ([a-z][\w-]*)`") + named(r"^make ([a-z][\w-]*)")
    assert found
    assert [(page, name) for page, name in found if name not in TARGETS] == []


def test_every_command_exists():
    found = named(r"manage\.py ([a-z_]+)")
    assert found
    assert [(page, name) for page, name in found if name not in get_commands()] == []


def test_every_option_of_a_command_exists():
    lines = [line for text in TEXTS.values() for line in text.splitlines() if "manage.py" in line]
    options = {option for line in lines for option in re.findall(r"--[a-z][\w-]+", line)}
    assert options
    assert {option for option in options if f'"{option}"' not in SOURCES} == set()


def test_every_path_exists():
    found = named(rf"`((?:{FOLDERS})/[\w./-]*\w)`") + named(r"\]\(([\w./-]+)\)")
    assert found
    missing = [
        (page, path)
        for page, path in found
        if not any((base / path).exists() for base in (ROOT, (ROOT / page).parent))
    ]
    assert missing == []


def test_every_address_leads_somewhere():
    addresses = named(r"(/api/v1/[\w/-]*|/healthz)")
    assert addresses
    for page, address in addresses:
        try:
            resolve(address)
        except Resolver404:
            pytest.fail(f"{page}: {address} leads nowhere")


def test_every_setting_is_read():
    rows = re.findall(
        r"^\| ((?:`[A-Z_]+(?:=\d)?`(?:, )?)+) \|", TEXTS["docs/running.md"], re.MULTILINE
    )
    names = {name for row in rows for name in re.findall(r"`([A-Z_]+)", row)}
    assert names
    assert {name for name in names if name not in SOURCES} == set()
