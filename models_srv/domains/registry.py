"""The domains that there are: ours, and those that other distributions bring by an entry point."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from models_srv.domains.arithmetic.domain import ARITHMETIC
from models_srv.domains.domain import Domain
from models_srv.domains.instructions.domain import INSTRUCTIONS

GROUP = "oversight.domains"
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,29}")  # as long as a campaign has room for
OURS: Mapping[str, Domain] = {"arithmetic": ARITHMETIC, "instructions": INSTRUCTIONS}


@dataclass(frozen=True)
class Found:
    """`broken` says why those that are installed cannot be used, by their names."""

    domains: Mapping[str, Domain]
    broken: Mapping[str, str]


@cache
def found() -> Found:
    """Look once for a process. A name that is ours, or none (`NAME`), counts as not installed."""
    domains, broken = dict(OURS), dict[str, str]()
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        if point.name in OURS or not NAME.fullmatch(point.name):
            continue
        try:
            domains[point.name] = _loaded(point)
        except Exception as error:  # noqa: BLE001
            # Whatever a package of somebody else's does, pages and other campaigns go on.
            words = " ".join(str(error).split())
            broken[point.name] = f"{type(error).__name__}: {words}"
    return Found(domains, broken)


def domains() -> Mapping[str, Domain]:
    """Return the domains that can be used, by the name under which a campaign has one; ours first."""
    return found().domains


def domain_of(name: str) -> Domain | None:
    """Return the domain of that name; None where there is none, so that nobody knows the truth."""
    return domains().get(name)


def why_missing(name: str) -> str:
    """Return in words why there is no domain of that name, "" where there is one."""
    if name in domains():
        return ""
    if trouble := found().broken.get(name):
        return f"is installed but could not be loaded ({trouble})"
    return "is not installed here"


def title_of(name: str) -> str:
    """Return what the domain is called on pages: its name where it says nothing, or is missing."""
    domain = domain_of(name)
    return (domain.title if domain else "") or name


def _loaded(point: EntryPoint) -> Domain:
    """Return what the entry point names: a domain, or a class of one."""
    brought = point.load()
    domain = brought() if isinstance(brought, type) else brought
    if not isinstance(domain, Domain):
        raise TypeError("it is no models_srv.domains.domain.Domain")
    return domain
