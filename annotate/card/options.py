"""Radio buttons of the workbench: value, label, key."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from oversight.models import Verdict, WorstFlaw

VERDICT_KEYS = {
    Verdict.VALID: "v",
    Verdict.NITPICK: "n",
    Verdict.FAKE: "f",
    Verdict.UNSURE: "u",
}


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    key: str
    is_checked: bool


def options(
    pairs: Iterable[tuple[str, str]],
    checked: str | None,
    key_of: Callable[[str], str] = lambda _: "",
) -> list[Option]:
    return [Option(value, label, key_of(value), value == checked) for value, label in pairs]


def verdict_options(checked: str | None) -> list[Option]:
    pairs = [(verdict.value, str(verdict.label)) for verdict in Verdict]
    return options(pairs, checked, lambda value: VERDICT_KEYS[Verdict(value)])


def preference_options(pairs: Iterable[tuple[str, str]], checked: str | None) -> list[Option]:
    """Digits are their own keys; the best of several goes by its place, a tie by 0 there."""
    rows = list(pairs)
    is_scale = ("7", "B, clearly") in rows

    def key_of(value: str) -> str:
        if value in "ABCD":
            return str("ABCD".index(value) + 1)
        if value == "4" and not is_scale:
            return "0"
        return value if value.isdigit() else value[0]

    return options(rows, checked, key_of)


def flaw_options(checked: str | None) -> list[Option]:
    return options([(flaw.value, str(flaw.label)) for flaw in WorstFlaw], checked)


def one_to_seven(checked: str | None) -> list[Option]:
    return options([(str(n), str(n)) for n in range(1, 8)], checked, lambda value: value)
