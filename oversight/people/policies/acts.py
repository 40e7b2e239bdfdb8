"""The sentence that says what somebody did: every act of the audit log has one."""

from collections.abc import Callable, Mapping
from string import Formatter
from typing import Any

# Said after who did it. In braces: the entry's details, people by their name.
SENTENCES = {
    "campaign.made": "made the campaign",
    "campaign.paused": "paused the campaign: {reason}",
    "campaign.resumed": "resumed the campaign: {reason}",
    "campaign.finished": "finished the campaign: {reason}",
    "campaign.archived": "archived the campaign: {reason}",
    "campaign.unarchived": "took the campaign out of the archive: {reason}",
    "campaign.deleted": "deleted the campaign “{name}” ({slug}), which held no labels",
    "settings.changed": "changed settings: {changes}",
    "principle.added": "added principle {number}",
    "principle.changed": "changed principle {number}",
    "principle.retired": "retired principle {number}",
    "picture.added": "added picture {number} to the guidelines",
    "picture.removed": "removed picture {number} from the guidelines",
    "role.given": "made {person} {role} of the campaign",
    "role.taken": "took the role of {role} from {person}",
    "person.paused": "paused {person}: no new items for them",
    "person.resumed": "let {person} go on",
    "labels.excluded": "left out {count} answers of {person} from {since} on: {reason}",
    "invitation.made": "invited {name} as {role}",
    "invitation.revoked": "revoked the invitation of {name}",
    "invitation.accepted": "accepted an invitation as {role}",
    "account.made": "made the account {person}",
    "account.changed": "changed the account {person}: {fields}",
    "password.changed": "changed their password",
    "password.reset": "replaced a password that they had forgotten",
    "address.confirmed": "confirmed an e-mail address of theirs",
    "factor.added": "added {factor} to sign in with",
    "factor.removed": "removed {factor} from what they sign in with",
    "factors.cleared": "removed every second factor of {person}",
    "codes.made": "made recovery codes",
    "sign_on.connected": "connected their account to single sign-on",
    "sign_on.ended": "disconnected their account from single sign-on",
    "person.forgotten": "forgot a person, for good",
    "session.ended": "signed out another session of theirs",
    "token.made": "made the token “{name}”, which may: {scopes}",
    "token.ended": "ended the token “{name}”",
    "data.exported": "downloaded {file}",
    "snapshot.made": "froze snapshot {sha256} with {rows} preferences",
    "import.confirmed": "had {file} imported",
    "import.cancelled": "cancelled the import of {file}",
    "queries.added": "added {count} queries",
    "queries.brought": "took in {count} queries that {program} wrote",
    "items.changed": "changed {count} items at once ({what}): {reason}",
    "items.added": "made {count} items whose answer is known",
    "model.added": "chose {model} as {role}, to be tried",
    "model.promoted": "put {model} to work as {role}: {reason}",
    "model.rolled_back": "put {model} back to work as {role}: {reason}",
    "model.removed": "took the {role} away: {reason}",
    "round.started": "started round {number}",
    "review.closed": "closed the review of round {number}",
    "round.retried": "tried again what had failed in round {number}",
    "round.moved": "let round {number} go on with {model} as {role} in place of {former}: {reason}",
    "round.cancelled": "cancelled round {number}: {reason}",
    "training.cancelled": "stopped training {run}",
    "webhook.added": "added the webhook {url}",
    "webhook.changed": "changed the webhook {url}",
    "webhook.stopped": "stopped the webhook {url}",
    "webhook.started": "started the webhook {url} again",
    "webhook.removed": "removed the webhook {url}",
    "webhook.secret_changed": "changed the secret of the webhook {url}",
    "flag.settled": "settled a flag on item {item}: {outcome}",
}
NOBODY = "somebody who is gone"

SettingWords = Callable[[str, Any], tuple[str, str]]
# How a setting is called and its value read, as the area above says that has them.
_setting_words: list[SettingWords] = []


def register_setting_words(words: SettingWords) -> None:
    _setting_words[:] = [words]


def told(
    act: str,
    details: Mapping[str, Any],
    names: Mapping[int, str],
    invited: Mapping[int, str] | None = None,
) -> str:
    """Return what was done as a sentence without its subject.

    `names` has people's by their id, `invited` whom an invitation was for.
    """
    words = _words(details, names)
    if "invitation" in details:
        words["name"] = (invited or {}).get(details["invitation"], NOBODY)
    sentence = SENTENCES.get(act, act)
    asked = {name for _, name, _, _ in Formatter().parse(sentence) if name}
    return sentence.format_map({**dict.fromkeys(asked, "–"), **words})


def _words(details: Mapping[str, Any], names: Mapping[int, str]) -> dict[str, str]:
    words = {key: _in_words(value) for key, value in details.items()}
    if "person" in details:
        words["person"] = names.get(details["person"], NOBODY)
    if isinstance(changes := details.get("changes"), Mapping):
        words["changes"] = "; ".join(_change(name, pair) for name, pair in changes.items())
    return words


def _change(name: str, pair: Any) -> str:
    words = _setting_words[0] if _setting_words else _plainly
    (called, before), (_, after) = (words(name, each) for each in pair)
    return f"{called} from {before} to {after}"


def _plainly(name: str, value: Any) -> tuple[str, str]:
    return name.replace("_", " "), _in_words(value) or "nothing"


def _in_words(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_in_words(each) for each in value)
    return str(value)
