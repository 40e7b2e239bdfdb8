"""The domains that ship, by the name under which a campaign has one."""

from collections.abc import Mapping

from models_srv.domains.arithmetic.domain import ARITHMETIC
from models_srv.domains.domain import Domain

DOMAINS: Mapping[str, Domain] = {"arithmetic": ARITHMETIC}


def domain_of(name: str) -> Domain | None:
    """Return the domain of that name; None where there is none, so that nobody knows the truth."""
    return DOMAINS.get(name)
