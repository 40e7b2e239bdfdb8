"""How a campaign comes into each of its states, and what that means for those who work in it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Move:
    """A way into the state `to`, by its verb; `happens` are sentences to read before it is done.

    `act` is what the audit log calls it.
    """

    verb: str
    act: str
    to: str
    title: str
    done: str
    happens: Sequence[str]
    is_end: bool = False


MOVES = {
    move.verb: move
    for move in (
        Move(
            "pause",
            "campaign.paused",
            "paused",
            "Pause the campaign",
            "The campaign is paused.",
            (
                "Nobody is given an item any more. What somebody has on the screen can still be "
                "submitted.",
                "A round under way comes to rest: what a model or a training is busy with is finished, "
                "and nothing further begins.",
                "No round starts, and no update by the schedule.",
                "Programs that ask for an item are told that the campaign is paused.",
                "Settings, data and people can be changed meanwhile. You can resume it at any time.",
            ),
        ),
        Move(
            "resume",
            "campaign.resumed",
            "active",
            "Resume the campaign",
            "The campaign goes on.",
            (
                "People are given items again.",
                "A round that came to rest goes on where it stopped; the next may start, by the "
                "schedule too.",
            ),
        ),
        Move(
            "finish",
            "campaign.finished",
            "finished",
            "Finish the campaign",
            "The campaign is finished.",
            (
                "It can be read and downloaded, and nothing in it changes any more: no items, no "
                "rounds, no settings, no models.",
                "What somebody has on the screen can no longer be submitted.",
                "Items that wait for people stay as they are, and nobody is asked.",
                "It can be resumed, should that be needed.",
            ),
            is_end=True,
        ),
        Move(
            "archive",
            "campaign.archived",
            "archived",
            "Archive the campaign",
            "The campaign is archived.",
            (
                "It is finished: it can be read and downloaded, and nothing in it changes any more.",
                "It is left out of all lists, unless somebody asks for archived campaigns.",
                "Nothing is deleted. Its address stays, and it can be resumed.",
            ),
            is_end=True,
        ),
        Move(
            "unarchive",
            "campaign.unarchived",
            "finished",
            "Take it out of the archive",
            "The campaign is in the lists again, finished as it was.",
            ("It is in the lists again. It stays finished: nothing in it changes.",),
        ),
    )
}
# From what has ended one goes on or puts it away: resting is for what is under way.
AFTER_THE_END = {"finished": ("resume", "archive"), "archived": ("resume", "unarchive")}


def moves_from(state: str) -> list[Move]:
    """Return what may become of a campaign that is in this state."""
    if state in AFTER_THE_END:
        return [MOVES[verb] for verb in AFTER_THE_END[state]]
    return [move for move in MOVES.values() if move.to != state and move.verb != "unarchive"]
