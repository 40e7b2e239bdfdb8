"""Which key does what on which card, and which keys a person may give an action."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

CARDS = ("comparison", "steps", "ratings")
WORDS = (
    "words"  # the choosing of words on the card of a comparison, in which more keys mean something
)
ARROWS = {"←": "ArrowLeft", "→": "ArrowRight", "↑": "ArrowUp", "↓": "ArrowDown"}
SIGNS = {name: sign for sign, name in ARROWS.items()}
FUNCTION_KEY = re.compile(r"F[1-9]|F1[0-2]")


def is_printable(key: str) -> bool:
    """Whether it is one character that a key can print, in whatever alphabet; or F1 to F12."""
    is_character = len(key) == 1 and key.isprintable() and not key.isspace()
    return is_character or FUNCTION_KEY.fullmatch(key) is not None


def is_widening(key: str) -> bool:
    """Whether the key may choose words: with Shift it widens, so no sign has a place there."""
    is_small_letter = len(key) == 1 and key.islower() and len(key.upper()) == 1
    return is_small_letter or key in SIGNS or FUNCTION_KEY.fullmatch(key) is not None


@dataclass(frozen=True)
class KeyGroup:
    """Actions that belong together: action -> (key as the browser names it, what it does).

    Two actions of one card need different keys; on cards of different kinds one key may serve twice.
    """

    title: str
    cards: tuple[str, ...]
    actions: Mapping[str, tuple[str, str]]
    is_usable: Callable[[str], bool] = is_printable
    what_is_usable: str = "One printable key, or F1 to F12."


EVERYWHERE = KeyGroup(
    "On every card",
    CARDS,
    {
        "next_comment": ("j", "Next comment or step"),
        "previous_comment": ("k", "Previous comment or step"),
        "raw": ("t", "Raw or formatted text"),
        "reason": ("r", "Write a reason"),
        "skip": ("s", "Skip this item"),
        "flag": ("!", "Flag this item"),
        "undo": ("z", "Take back the last submission"),
        "guidelines": ("g", "Guidelines and principles"),
        "keys": ("?", "The sheet of keys"),
    },
)
COMPARING = KeyGroup(
    "Comparing responses",
    ("comparison",),
    {
        "prefer_1": ("1", "A is clearly better"),
        "prefer_2": ("2", "A is better"),
        "prefer_3": ("3", "A is slightly better"),
        "prefer_4": ("4", "Tie"),
        "prefer_5": ("5", "B is slightly better"),
        "prefer_6": ("6", "B is better"),
        "prefer_7": ("7", "B is clearly better"),
        "both_bad": ("b", "Both are bad"),
        "tie_of_several": ("0", "Tie of three or four"),
        "valid": ("v", "The comment is valid"),
        "nitpick": ("n", "The comment is a nitpick"),
        "fake": ("f", "The comment is fake"),
        "unsure": ("u", "Unsure of the comment"),
        "edit": ("e", "Edit the comment"),
        "delete": ("x", "Delete the comment, or keep it"),
        "comment": ("c", "Add a comment on what is selected"),
        "flaw": ("w", "Say how bad a worst flaw is"),
        "compare": ("d", "Compare the responses word by word"),
    },
)
CHOOSING_WORDS = KeyGroup(
    "Choosing words to comment on",
    ("comparison",),
    {
        "word_before": ("ArrowLeft", "The word before"),
        "word_after": ("ArrowRight", "The word after"),
        "line_above": ("ArrowUp", "The line above"),
        "line_below": ("ArrowDown", "The line below"),
    },
    is_widening,
    "A small letter, an arrow (← → ↑ ↓), or F1 to F12.",
)
LABELLING = KeyGroup(
    "Labelling steps",
    ("steps",),
    {
        "step_good": ("1", "The step is good"),
        "step_neutral": ("2", "The step is neutral"),
        "step_bad": ("3", "The step is bad"),
    },
)
RATING = KeyGroup(
    "Rating critiques",
    ("ratings",),
    {f"rate_{n}": (str(n), f"Rate {n} of 7") for n in range(1, 8)},
)
GROUPS = (EVERYWHERE, COMPARING, CHOOSING_WORDS, LABELLING, RATING)
GROUP_OF = {action: group for group in GROUPS for action in group.actions}
DEFAULT_KEYS = {action: group.actions[action] for action, group in GROUP_OF.items()}


# What a person has chosen for an action: the key as it was pressed, and after a space its place on
# the keyboard (`KeyboardEvent.code`) where the key prints none of ASCII: "v", "F2", "ö Semicolon".
PRESSED = re.compile(r"(\S+)(?: ([A-Z][A-Za-z0-9]{1,19}))?")


def key_of(pressed: str) -> str:
    """Return the key without its place."""
    return pressed.partition(" ")[0]


def place_of(pressed: str) -> str:
    """Return the place alone; empty where none is known or the key can be told from others."""
    found = PRESSED.fullmatch(pressed)
    return (found[2] or "") if found and not found[1].isascii() else ""


def problems_of(keys: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with the keys chosen, by action; empty: they can be used together."""
    chosen = {action: key_of(keys.get(action) or key) for action, (key, _) in DEFAULT_KEYS.items()}
    problems = {}
    for action, key in chosen.items():
        group = GROUP_OF[action]
        twins = [other for other in chosen if other != action and _clash(action, other, chosen)]
        if not group.is_usable(key):
            problems[action] = group.what_is_usable
        elif twins:
            problems[action] = f"“{shown_key(key)}” is taken by: {DEFAULT_KEYS[twins[0]][1]}."
    return problems


def _clash(one: str, other: str, chosen: Mapping[str, str]) -> bool:
    is_on_one_card = bool(set(GROUP_OF[one].cards) & set(GROUP_OF[other].cards))
    return is_on_one_card and not _presses(one, chosen).isdisjoint(_presses(other, chosen))


def _presses(action: str, chosen: Mapping[str, str]) -> set[str]:
    """Return the keys that it takes: with Shift the choice of words takes a letter's capital too."""
    key = chosen[action]
    return {key, key.upper()} if GROUP_OF[action] is CHOOSING_WORDS else {key}


def changed_keys(keys: Mapping[str, str]) -> dict[str, str]:
    """Return only what differs from the defaults."""
    return {
        action: keys[action]
        for action, (key, _) in DEFAULT_KEYS.items()
        if keys.get(action) and key_of(keys[action]) != key
    }


def key_translation(changed: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return by kind of card, and for WORDS: key pressed, or its place -> key that the page knows.

    Empty for a default that was given up; kinds in which nothing is changed are left out.
    """
    apart = {CHOOSING_WORDS.title: (WORDS,)}
    found: dict[str, dict[str, str]] = {}
    for action in changed.keys() & DEFAULT_KEYS.keys():
        group = GROUP_OF[action]
        for kind in apart.get(group.title, group.cards):
            usual = DEFAULT_KEYS[action][0]
            found.setdefault(kind, {}).setdefault(usual, "")
            found[kind][key_of(changed[action])] = usual
            if place := place_of(changed[action]):
                found[kind].setdefault(place, usual)
    return found


def shown_key(pressed: str) -> str:
    """Return the key as people read it: an arrow by its sign."""
    return SIGNS.get(key_of(pressed), key_of(pressed))


def shown_keys(changed: Mapping[str, str]) -> dict[str, str]:
    """Return every action's key as people read it."""
    return {
        action: shown_key(changed.get(action) or key) for action, (key, _) in DEFAULT_KEYS.items()
    }
