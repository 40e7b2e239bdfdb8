"""Which key does what, and which keys a person may give an action."""

import re
from collections.abc import Mapping

# Action -> (key as the browser names it, what it does).
DEFAULT_KEYS = {
    "prefer_1": ("1", "A is clearly better"),
    "prefer_2": ("2", "A is better"),
    "prefer_3": ("3", "A is slightly better"),
    "prefer_4": ("4", "Tie"),
    "prefer_5": ("5", "B is slightly better"),
    "prefer_6": ("6", "B is better"),
    "prefer_7": ("7", "B is clearly better"),
    "both_bad": ("b", "Both are bad"),
    "next_comment": ("j", "Next comment"),
    "previous_comment": ("k", "Previous comment"),
    "valid": ("v", "The comment is valid"),
    "nitpick": ("n", "The comment is a nitpick"),
    "fake": ("f", "The comment is fake"),
    "unsure": ("u", "Unsure of the comment"),
    "edit": ("e", "Edit the comment"),
    "delete": ("x", "Delete the comment, or keep it"),
    "comment": ("c", "Add a comment on what is selected"),
    "compare": ("d", "Compare the responses word by word"),
    "raw": ("t", "Raw or formatted text"),
    "reason": ("r", "Write a reason"),
    "skip": ("s", "Skip this item"),
    "flag": ("!", "Flag this item"),
    "undo": ("z", "Take back the last submission"),
    "guidelines": ("g", "Guidelines and principles"),
    "keys": ("?", "The sheet of keys"),
}
USABLE = re.compile(r"[!-~]|F[1-9]|F1[0-2]")  # a printable key, or a function key


def problems_of(keys: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with the keys chosen, by action; empty: they can be used together."""
    chosen = {action: keys.get(action) or key for action, (key, _) in DEFAULT_KEYS.items()}
    problems = {}
    for action, key in chosen.items():
        twins = [other for other, its in chosen.items() if its == key and other != action]
        if not USABLE.fullmatch(key):
            problems[action] = "One printable key, or F1 to F12."
        elif twins:
            problems[action] = f"“{key}” is taken by: {DEFAULT_KEYS[twins[0]][1]}."
    return problems


def changed_keys(keys: Mapping[str, str]) -> dict[str, str]:
    """Return only what differs from the defaults."""
    return {
        action: keys[action]
        for action, (key, _) in DEFAULT_KEYS.items()
        if keys.get(action) and keys[action] != key
    }


def key_translation(changed: Mapping[str, str]) -> dict[str, str]:
    """Return key pressed -> key that the page knows; empty for a default that was given up."""
    translation = {DEFAULT_KEYS[action][0]: "" for action in changed if action in DEFAULT_KEYS}
    new = {
        key: DEFAULT_KEYS[action][0] for action, key in changed.items() if action in DEFAULT_KEYS
    }
    return translation | new
