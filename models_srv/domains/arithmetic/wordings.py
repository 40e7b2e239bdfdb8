"""Templates that run both ways: slots to a sentence, and a sentence back to its slots."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from models_srv.domains.arithmetic.templates import HELD_OUT, NAMES, OPENERS, PACKS, TRAINED, UNITS
from models_srv.domains.domain import Split


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in words)


SLOTS: Mapping[str, str] = {
    **dict.fromkeys(("n", "m"), r"\d{1,3}"),
    **dict.fromkeys(("name", "other", "third"), _any_of(NAMES)),
    "units": _any_of(UNITS),
    "pack": _any_of(PACKS),
    "adv": _any_of(OPENERS),
}


@dataclass(frozen=True)
class Template:
    """One wording. `id` is its kind and number, with an `h` where it is held out."""

    id: str
    kind: str
    text: str
    split: Split

    def has(self, slot: str) -> bool:
        return "{" + slot + "}" in self.text


@dataclass(frozen=True)
class Sentence:
    """A template with its slots filled; numbers are kept as text, the way they were written."""

    template: Template
    slots: Mapping[str, str]

    @property
    def kind(self) -> str:
        return self.template.kind

    @property
    def text(self) -> str:
        return self.template.text.format_map(self.slots)

    def number(self, slot: str = "n") -> int:
        return int(self.slots[slot])


@cache
def templates(kind: str, split: Split) -> tuple[Template, ...]:
    """Return the wordings of one kind in one split."""
    texts, mark = (TRAINED, "") if split == "train" else (HELD_OUT, "h")
    return tuple(
        Template(f"{kind}.{mark}{number}", kind, text, split)
        for number, text in enumerate(texts[kind])
    )


@cache
def all_templates() -> tuple[Template, ...]:
    splits: tuple[Split, ...] = ("train", "held_out")
    return tuple(t for kind in TRAINED for split in splits for t in templates(kind, split))


@cache
def pattern(template: Template) -> re.Pattern[str]:
    """Return the regular expression that inverts a template."""
    parts = re.split(r"\{(\w+)\}", template.text)
    return re.compile(
        "".join(
            f"(?P<{part}>{SLOTS[part]})" if index % 2 else re.escape(part)
            for index, part in enumerate(parts)
        )
    )


def read_sentence(text: str) -> Sentence | None:
    """Return the sentence with its template, or None where no template fits."""
    for template in all_templates():
        if match := pattern(template).fullmatch(text):
            return Sentence(template, match.groupdict())
    return None
