"""What makes two sign-in names the same: neither case nor form (`Ann`, `ann`, full-width `Ａｎｎ`)."""

import re
import unicodedata


def name_key(name: str) -> str:
    """Return what is equal for names that a person would take for one.

    Unicode's caseless compatibility match (The Unicode Standard, 3.13, D146).
    """
    once = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", name).casefold())
    return unicodedata.normalize("NFKC", once.casefold())


FORGOTTEN = "forgotten"  # whoever is forgotten is called so, with their number
RESERVED = re.compile(rf"{FORGOTTEN}-\d+(-\d+)?")
# The scripts that one language writes together (Unicode Technical Standard 39, 5.2), and Latin.
TOGETHER = [
    {"LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC"},
    {"LATIN", "CJK", "HANGUL"},
    {"LATIN", "CJK", "BOPOMOFO"},
]


def refusal_of(name: str) -> str | None:
    """Return why nobody new may be called so, None where they may.

    Letters of two scripts look like one name to people: `admin` with a Cyrillic `а`. Without a table
    of all that look alike, a whole name in another script is let through.
    """
    if not any(each.isalnum() for each in name):
        return "A name has a letter or a digit."
    if RESERVED.fullmatch(name_key(name)):
        return "This name is kept for people who are forgotten."
    scripts = {_script(each) for each in unicodedata.normalize("NFKC", name) if each.isalpha()}
    if len(scripts) > 1 and not any(scripts <= together for together in TOGETHER):
        return "A name mixes no letters of different scripts."
    return None


def _script(letter: str) -> str:
    """Return the first word of the letter's name in Unicode, which is its script's."""
    return unicodedata.name(letter, "UNKNOWN").split()[0]
