"""A page as a browser would have it: its forms and the texts that it shows."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"input", "meta", "link", "img", "br", "hr"}


@dataclass
class Form:
    """Where a form goes and what it would send untouched; `radios` are names with their values.

    `required` are those of them without which it is refused.
    """

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    radios: dict[str, list[str]] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)


@dataclass
class ShownComment:
    """A comment's texts by part (quote, category), and the name of its radio buttons."""

    texts: dict[str, str] = field(default_factory=dict)
    verdict_name: str = ""


@dataclass
class Page:
    forms: list[Form]
    texts: dict[str, str]
    comments: dict[str, list[ShownComment]]

    def form_to(self, ending: str) -> Form | None:
        """Return the first form whose address ends so, None where there is none."""
        return next((form for form in self.forms if form.action.endswith(ending)), None)


def read_page(html: str) -> Page:
    """Parse a page. Texts are keyed by `data-part`; comments by the letter of their response."""
    reader = _Reader()
    reader.feed(html)
    return Page(reader.forms, reader.texts, reader.comments)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.texts: dict[str, str] = {}
        self.comments: dict[str, list[ShownComment]] = {letter: [] for letter in "ABCD"}
        self.letter = "A"
        self.comment: ShownComment | None = None
        self.open: list[tuple[str, str]] = []  # (tag, part) of every element that is open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        part = values.get("data-part", "")
        if tag not in VOID:
            self.open.append((tag, part))
        if part.startswith("response-"):
            self.letter, self.comment = part[-1], None
        if tag == "form" and values.get("method") == "post":
            self.forms.append(Form(values.get("action", "")))
        elif tag == "article" and "comment" in values.get("class", "").split():
            self.comment = ShownComment()
            self.comments[self.letter].append(self.comment)
        elif tag == "input" and self.forms and "form" not in values:
            self._input(values)

    def _input(self, values: dict[str, str]) -> None:
        form, name = self.forms[-1], values.get("name", "")
        if values.get("type") == "radio":
            form.radios.setdefault(name, []).append(values.get("value", ""))
            if "required" in values:
                form.required.add(name)
            if self.comment is not None and name.startswith("verdict-"):
                self.comment.verdict_name = name
        elif values.get("type") == "hidden":
            form.fields.append((name, values.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        while self.open and tag in (name for name, _ in self.open):
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        # The number of a comment stands in the text but is no part of it.
        if any(tag == "sup" for tag, _ in self.open):
            return
        part = next((part for _, part in reversed(self.open) if part), "")
        if not part:
            return
        texts = self.comment.texts if part in ("quote", "category") and self.comment else self.texts
        texts[part] = texts.get(part, "") + data
