"""A change of settings, in the words of the pages on which they are made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from models_srv.dpo import PLAIN
from oversight.campaigns.forms.groups import PAGES, PERCENT, setting_name, setting_words
from oversight.models import AskRule
from oversight.models.groups import GROUPS, SETTINGS, SettingsVersion

MOST_CHARS = 20_000
LONG = 80


@dataclass(frozen=True)
class Difference:
    """A setting that was one thing and is another, in words."""

    name: str
    old: str
    new: str

    @property
    def is_long(self) -> bool:
        """Whether it is a text that somebody edited: then it is told word by word."""
        return min(len(self.old), len(self.new)) > LONG


@dataclass(frozen=True)
class Change:
    """Who changed what in a group; `differences` is empty where that is as it was."""

    version: SettingsVersion
    title: str
    differences: list[Difference]


def told(versions: Iterable[SettingsVersion]) -> list[Change]:
    """Return each version with what was `before` it, as people read it."""
    return [
        Change(
            each,
            PAGES[each.group].title,
            differences(each.group, each.before, each.values),  # type: ignore[attr-defined]
        )
        for each in versions
    ]


def differences(
    key: str, old: Mapping[str, Any] | None, new: Mapping[str, Any]
) -> list[Difference]:
    """Return which settings of a group differ, in the order of their page.

    One that was added to the group since `old` was written had its default, and a loss of before
    it had any terms was without them.
    """
    before = {**_defaults(key), **old} if old else {}
    return [
        Difference(
            setting_name(name), value_words(name, before.get(name)), value_words(name, value)
        )
        for name in SETTINGS[key]
        if old and name in new and (value := new[name]) != before.get(name)
    ]


def setting_in_words(name: str, value: Any) -> tuple[str, str]:
    """Return what a setting is called, and its value as people read it.

    The audit log keeps fractions as texts, so that its hashes are the same everywhere.
    """
    is_text = name in PERCENT and isinstance(value, str)
    return setting_name(name), value_words(name, float(value) if is_text else value)


def _defaults(key: str) -> dict[str, Any]:
    fields = {field.name: field for field in GROUPS[key]._meta.concrete_fields}
    defaults = {name: fields[name].get_default() for name in SETTINGS[key] if name in fields}
    return {name: PLAIN.get(name, value) for name, value in defaults.items()}


def value_words(name: str, value: Any) -> str:
    """Return a setting's value as people read it, a long one cut short."""
    if value in (None, "", [], {}):
        return "nothing"
    if isinstance(value, dict):
        value = "; ".join(f"{harm}: {category}" for category, harm in value.items())
    elif isinstance(value, list):
        rules = dict(AskRule.choices) if name == "always_ask" else {}
        value = "; ".join(str(rules.get(each, each)) for each in value)
    words = str(setting_words(name, value))
    return words if len(words) <= MOST_CHARS else f"{words[:MOST_CHARS]}…"
