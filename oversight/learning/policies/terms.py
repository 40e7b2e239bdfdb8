"""Terms that can be put to a loss of the DPO family, and who reads them."""

from collections.abc import Mapping
from typing import Any

from models_srv.dpo import CREDITED, LIKELY, PLAIN

# What a campaign has unless somebody says otherwise (oversight/models/groups/training.py).
USUAL = {"nll_weight": 10.0, "shared_weight": 0.0, "quote_weight": 1.0, "later_weight": 0.3}
READERS = {name: LIKELY if name == "nll_weight" else CREDITED for name in PLAIN}
NAMES = {
    "nll_weight": "the chosen answers' likelihood",
    "shared_weight": "words that both answers have",
    "quote_weight": "words that a comment quotes",
    "later_weight": "what follows the first fault",
}


def terms_of(chosen: Mapping[str, Any]) -> dict[str, float]:
    """Return the chosen terms that the chosen loss reads; settings of before there were any have none."""
    return {
        name: chosen.get(name, plain)
        for name, plain in PLAIN.items()
        if chosen["loss"] in READERS[name]
    }


def unread_terms(chosen: Mapping[str, Any]) -> str:
    """Return what was chosen and says nothing to the chosen loss, in words; "" where all is read.

    What a campaign has anyway nobody chose.
    """
    unread = [
        NAMES[name]
        for name, plain in PLAIN.items()
        if chosen.get(name, plain) not in (plain, USUAL[name])
        and chosen["loss"] not in READERS[name]
    ]
    return f"This loss does not read the weight of {', of '.join(unread)}." if unread else ""
