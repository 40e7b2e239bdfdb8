"""The kinds of instruction: how each is worded, what it is filled with, when it is kept to, how broken.

Two of the same group are never asked for together: one answer could hardly keep to both.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from models_srv.domains.instructions import spoiling
from models_srv.domains.instructions.checks import case, ends, layout, lengths, punctuation, words
from models_srv.domains.instructions.topics import ENDINGS, WORDS

Slots = Mapping[str, str]
SLOT = {
    "n": r"(?P<n>\d{1,4})",
    "word": r"(?P<word>[^\"\n]{1,60})",
    "other": r"(?P<other>[^\"\n]{1,60})",
}


@dataclass(frozen=True)
class Kind:
    """`draws` gives the values of each slot of the wordings.

    `spoil` breaks an answer that keeps to it, None where it cannot. `shows` says whether a quote has
    the fault in it; without, the fault is in the whole, and any quote will do.
    """

    name: str
    group: str
    wordings: Sequence[str]
    holds: Callable[[str, Slots], bool]
    spoil: Callable[[str, Slots, Random], str | None]
    draws: Mapping[str, Sequence[object]] = field(default_factory=dict)
    shows: Callable[[str, Slots], bool] | None = None

    def draw(self, rng: Random) -> str:
        """Return a line that asks for it."""
        slots = {name: str(rng.choice(values)) for name, values in self.draws.items()}
        if "other" in slots:
            rest = [word for word in self.draws["other"] if word != slots["word"]]
            slots["other"] = str(rng.choice(rest))
        return rng.choice(self.wordings).format_map(slots)

    def read(self, line: str) -> dict[str, str] | None:
        """Return the slots of a line that asks for it, None for any other line."""
        for wording in self.wordings:
            if match := re.fullmatch(_pattern(wording), line):
                return match.groupdict()
        return None


def _pattern(wording: str) -> str:
    parts = re.split(r"\{(\w+)\}", wording)
    return "".join(SLOT[part] if at % 2 else re.escape(part) for at, part in enumerate(parts))


def _n(slots: Slots) -> int:
    return int(slots["n"])


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "no commas",
            "marks",
            ("Use no commas at all.", "Leave out every comma."),
            lambda answer, _: punctuation.has_no_comma(answer),
            lambda answer, _, rng: spoiling.put_in(answer, ",", rng),
            shows=lambda quote, _: "," in quote,
        ),
        Kind(
            "small letters",
            "case",
            ("Use lowercase letters only.", "Write all of it in lowercase."),
            lambda answer, _: case.is_lower(answer),
            lambda answer, _, rng: spoiling.change_word(answer, str.capitalize, rng),
            shows=lambda quote, _: any(letter.isupper() for letter in quote),
        ),
        Kind(
            "capitals",
            "case",
            ("Use uppercase letters only.", "Write all of it in capitals."),
            lambda answer, _: case.is_upper(answer),
            lambda answer, _, rng: spoiling.change_word(answer, str.lower, rng),
            shows=lambda quote, _: any(letter.islower() for letter in quote),
        ),
        Kind(
            "bullet points",
            "layout",
            (
                "Answer in exactly {n} bullets and begin each one with *.",
                "Give exactly {n} bullet points, each on a line that begins with *.",
            ),
            lambda answer, slots: layout.bullets(answer) == _n(slots),
            lambda answer, _, rng: spoiling.drop_line(answer, layout.is_bullet, rng),
            {"n": (2, 3, 4)},
        ),
        Kind(
            "paragraphs",
            "layout",
            (
                "Write {n} paragraphs and put *** between them.",
                "Divide it into {n} parts by lines of ***.",
            ),
            lambda answer, slots: lengths.divided_paragraphs(answer) == _n(slots),
            lambda answer, _, rng: spoiling.remove(answer, "***"),
            {"n": (2, 3)},
        ),
        Kind(
            "marked places",
            "layout",
            (
                "Mark at least {n} words with asterisks, like *this*.",
                "Put {n} words or more in bold, like **this**.",
            ),
            lambda answer, slots: layout.highlights(answer) >= _n(slots),
            lambda answer, _, rng: spoiling.remove(answer, "*"),
            {"n": (2, 3)},
        ),
        Kind(
            "few words",
            "length",
            ("Stay below {n} words.", "Keep it shorter than {n} words."),
            lambda answer, slots: lengths.words(answer) < _n(slots),
            lambda answer, slots, rng: spoiling.lengthen(answer, _n(slots), rng),
            {"n": (20, 30, 40)},
        ),
        Kind(
            "many words",
            "length",
            ("Write {n} words or more.", "It should have {n} words at the least."),
            lambda answer, slots: lengths.words(answer) >= _n(slots),
            lambda answer, slots, rng: spoiling.shorten(answer, _n(slots)),
            {"n": (30, 40, 50)},
        ),
        Kind(
            "few sentences",
            "length",
            ("Use fewer than {n} sentences.", "Say it in fewer than {n} sentences."),
            lambda answer, slots: lengths.sentences(answer) < _n(slots),
            lambda answer, slots, rng: spoiling.add_sentences(answer, _n(slots)),
            {"n": (2, 3, 4)},
        ),
        Kind(
            "words to use",
            "words",
            ('Use the words "{word}" and "{other}".', 'Let "{word}" and "{other}" both come up.'),
            lambda answer, slots: words.has_all(answer, (slots["word"], slots["other"])),
            lambda answer, slots, rng: spoiling.replace_word(answer, slots["word"]),
            {"word": WORDS, "other": WORDS},
        ),
        Kind(
            "word to avoid",
            "words",
            ('Do without the word "{word}".', 'The word "{word}" is not to come up.'),
            lambda answer, slots: words.has_none(answer, (slots["word"],)),
            lambda answer, slots, rng: spoiling.put_in(answer, f" {slots['word']}", rng),
            {"word": ("the", "very", "with", "from", "have", "because")},
            shows=lambda quote, slots: not words.has_none(quote, (slots["word"],)),
        ),
        Kind(
            "word several times",
            "words",
            ('Use the word "{word}" {n} times or more.', 'Say "{word}" at least {n} times.'),
            lambda answer, slots: words.occurrences(answer, slots["word"]) >= _n(slots),
            lambda answer, slots, rng: spoiling.replace_word(answer, slots["word"]),
            {"word": WORDS, "n": (2, 3)},
        ),
        Kind(
            "blanks",
            "blanks",
            (
                "Leave at least {n} blanks in square brackets, like [name].",
                "Put in {n} or more places to fill in, like [place].",
            ),
            lambda answer, slots: layout.placeholders(answer) >= _n(slots),
            lambda answer, _, rng: spoiling.remove(answer, "[", "]"),
            {"n": (2, 3)},
        ),
        Kind(
            "ending",
            "edges",
            ('End it with "{word}"', 'Finish with exactly these words: "{word}"'),
            lambda answer, slots: ends.ends_with(answer, slots["word"]),
            lambda answer, slots, rng: spoiling.cut_end(answer, slots["word"]),
            {"word": ENDINGS},
        ),
        Kind(
            "beginning",
            "edges",
            ('Begin with the word "{word}".', 'The first word is "{word}".'),
            lambda answer, slots: ends.begins_with(answer, slots["word"]),
            lambda answer, slots, rng: f"Well: {answer}",
            {"word": ("Imagine", "Once", "Today", "Listen", "Look")},
        ),
        Kind(
            "quotation marks",
            "edges",
            (
                "Begin and end the whole answer with a double quotation mark.",
                'Put the whole answer in double quotes, like "this".',
            ),
            lambda answer, _: ends.is_quoted(answer),
            lambda answer, _, rng: answer.strip().removesuffix('"'),
        ),
        Kind(
            "title",
            "edges",
            (
                "Give it a title between << and >>.",
                "Put a title in double angle brackets above it, like <<title>>.",
            ),
            lambda answer, _: layout.has_title(answer),
            lambda answer, _, rng: spoiling.remove(answer, "<<", ">>"),
        ),
        Kind(
            "postscript",
            "edges",
            ("Close with a postscript that begins with P.S.", "Add a line that begins with P.S."),
            lambda answer, _: ends.has_postscript(answer, "P.S."),
            lambda answer, _, rng: spoiling.remove(answer, "P.S.", "P. S.", "p.s.", "p. s."),
        ),
    )
}
