"""A round's plan as people read it: by the pages on which its settings stand."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from oversight.campaigns.forms.groups import setting_name, setting_words
from oversight.campaigns.forms.page_order import in_page_order, page_title
from oversight.models import AskRule


@dataclass(frozen=True)
class PlanFact:
    """A setting in words; `former` is what it was in the round before, where that was otherwise."""

    name: str
    value: object
    former: object = None


def facts_by_page(plan: dict[str, Any], former: dict[str, Any]) -> list[tuple[str, list[PlanFact]]]:
    """Return the plan's plain settings as their pages name and order them, under each page's title;
    slots and hashes are for machines."""
    shown, before = _plain(plan), _plain(former)
    return [
        (title, [_fact(name, shown[name], before.get(name, shown[name])) for name in names])
        for title, names in groupby(in_page_order(shown), page_title)
    ]


def _fact(name: str, value: Any, former: Any) -> PlanFact:
    was = setting_words(name, former) if former != value else None
    return PlanFact(setting_name(name), setting_words(name, value), was)


def _plain(plan: dict[str, Any]) -> dict[str, Any]:
    rules = [str(AskRule(rule).label) for rule in plan.get("always_ask", [])]
    shown = {**plan, "always_ask": "; ".join(rules)}
    plain = {name: value for name, value in shown.items() if isinstance(value, str | int | float)}
    return {name: value for name, value in plain.items() if value != ""}
