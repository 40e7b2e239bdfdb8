"""From a folder to every server that serves it, each proven."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models_srv.serving.adapters import AdapterServer, ServerKeys
from models_srv.serving.canary import CanaryText
from models_srv.serving.proof import Proof, judge_delivery, judge_without_weights
from models_srv.types import ModelError, ModelMisconfigured

# For a version whose weights are not at hand: any words do.
WORDS = (
    "Add the numbers one after the other, then say what the sum is and how it was found.",
    "A farmer has 12 apples, gives 5 away and buys 7 more. There are 14 apples now.",
)


@dataclass(frozen=True)
class Place:
    """Where a version is served: on each of `addresses`, under `name`, from `path` as they see it."""

    addresses: Sequence[str]
    name: str
    path: str
    keys: ServerKeys


def deliver(place: Place, texts: Sequence[CanaryText]) -> dict[str, Proof]:
    """Load the version on each server where it is not loaded yet; return what proves it, by address.

    Where one server's proof fails, what was loaded is taken off all of them again, and the proofs up
    to it are returned. Without `texts` its weights are not at hand: see `judge_without_weights`.
    Raises ModelUnavailable or ModelMisconfigured.
    """
    proofs: dict[str, Proof] = {}
    loaded: list[str] = []
    try:
        for address in place.addresses:
            with AdapterServer(address, place.keys) as server:
                if place.name not in server.listed():
                    loaded.append(address)
                    server.load(place.name, place.path)
                proofs[address] = _proof(server, place.name, texts)
            if not proofs[address].is_proven:
                break
    except ModelMisconfigured:
        _take_off(replace(place, addresses=loaded))
        raise
    if not all(proof.is_proven for proof in proofs.values()):
        _take_off(replace(place, addresses=loaded))
    return proofs


def is_served(place: Place) -> bool:
    """Whether every server lists it. Raises ModelUnavailable or ModelMisconfigured."""
    for address in place.addresses:
        with AdapterServer(address, place.keys) as server:
            if place.name not in server.listed():
                return False
    return True


def unload(place: Place) -> None:
    """Take a version off every server; requests under way go on. Raises as `is_served`."""
    for address in place.addresses:
        with AdapterServer(address, place.keys) as server:
            server.unload(place.name)


def _proof(server: AdapterServer, name: str, texts: Sequence[CanaryText]) -> Proof:
    served = server.listed().get(name)
    if served is None:
        return Proof("The server said that it was loaded, and does not list it.")
    if texts:
        return judge_delivery(texts, [server.logprobs(name, t.ids, t.start) for t in texts])
    if not served.parent:
        return Proof(
            "The server lists it as a model of its own, and not as an adapter of its base."
        )
    mine = [server.text_logprobs(name, words) for words in WORDS]
    base = [server.text_logprobs(served.parent, words) for words in WORDS]
    return judge_without_weights(mine, base)


def _take_off(place: Place) -> None:
    """Undo what was done, as far as the servers let us: why it failed is what has to be told."""
    try:
        unload(place)
    except ModelError:
        return
