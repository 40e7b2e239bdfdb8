"""Which key does what on which card, and which keys a person may give an action."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

CARDS = ("comparison", "steps", "ratings")
WORDS = (
    "words"  # the choosing of words on the card of a comparison, in which more keys mean something
)
ARROWS = {"←": "ArrowLeft", "→": "ArrowRight", "↑": "ArrowUp", "↓": "ArrowDown"}
SIGNS = {name: sign for sign, name in ARROWS.items()}


@dataclass(frozen=True)
class KeyGroup:
    """Actions that belong together: action -> (key as the browser names it, what it does).

    Two actions of one card need different keys; on cards of different kinds one key may serve twice.
    """

    title: str
    cards: tuple[str, ...]
    actions: Mapping[str, tuple[str, str]]
    usable: re.Pattern[str] = re.compile(r"[!-~]|F[1-9]|F1[0-2]")  # printable, or a function key
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
    # With Shift each of them widens the choice: no key will do that is another one with Shift.
    re.compile(r"[a-z]|F[1-9]|F1[0-2]|Arrow(?:Left|Right|Up|Down)"),
    "A small letter from a to z, an arrow (← → ↑ ↓), or F1 to F12.",
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


def problems_of(keys: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with the keys chosen, by action; empty: they can be used together."""
    chosen = {action: keys.get(action) or key for action, (key, _) in DEFAULT_KEYS.items()}
    problems = {}
    for action, key in chosen.items():
        group = GROUP_OF[action]
        twins = [other for other in chosen if other != action and _clash(action, other, chosen)]
        if not group.usable.fullmatch(key):
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
        if keys.get(action) and keys[action] != key
    }


def key_translation(changed: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return by kind of card, and for WORDS: key pressed -> key that the page knows.

    Empty for a default that was given up; kinds in which nothing is changed are left out.
    """
    apart = {CHOOSING_WORDS.title: (WORDS,)}
    found: dict[str, dict[str, str]] = {}
    for action in changed.keys() & DEFAULT_KEYS.keys():
        group = GROUP_OF[action]
        for kind in apart.get(group.title, group.cards):
            usual = DEFAULT_KEYS[action][0]
            found.setdefault(kind, {}).setdefault(usual, "")
            found[kind][changed[action]] = usual
    return found


def shown_key(key: str) -> str:
    """Return the key as people read it: an arrow by its sign."""
    return SIGNS.get(key, key)


def shown_keys(changed: Mapping[str, str]) -> dict[str, str]:
    """Return every action's key as people read it."""
    return {
        action: shown_key(changed.get(action) or key) for action, (key, _) in DEFAULT_KEYS.items()
    }
