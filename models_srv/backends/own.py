"""Backends that another distribution brings: a class named by an entry point of this group."""

import re
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from models_srv.types import Backend, ModelError, ModelMisconfigured, ModelSpec

GROUP = "oversight.backends"
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,19}")  # as long as a version's row has room for
TAKEN = ("transformers", "openai", "recorded")


@cache
def own_backends() -> dict[str, str]:
    """Return the names of the backends that are installed besides ours, each with its distribution.

    Looked up once for a process. A name that is ours, or none (`NAME`), counts as not installed.
    """
    return {
        point.name: point.dist.name if point.dist else ""
        for point in sorted(entry_points(group=GROUP), key=lambda point: point.name)
        if point.name not in TAKEN and NAME.fullmatch(point.name)
    }


def own_backend(spec: ModelSpec) -> Backend:
    """Return the backend that the entry point `spec.backend` names, made with the spec.

    Raises ModelMisconfigured where there is none by that name, or it cannot be made.
    """
    if spec.backend not in own_backends():
        known = ", ".join(["transformers", "openai", *own_backends()])
        raise ModelMisconfigured(f"Unknown backend {spec.backend!r}: there are {known}.")
    try:
        backend = _point(spec.backend).load()(spec)
    except ModelError:
        raise
    except Exception as error:
        words = " ".join(str(error).split())
        raise ModelMisconfigured(
            f"The backend {spec.backend} could not be made: {type(error).__name__}: {words}"
        ) from error
    return _checked(backend, spec)


def _point(name: str) -> EntryPoint:
    return next(iter(entry_points(group=GROUP, name=name)))


def _checked(backend: Any, spec: ModelSpec) -> Backend:
    if not callable(getattr(backend, "generate", None)):
        raise ModelMisconfigured(f"The backend {spec.backend} has no method generate().")
    return backend  # type: ignore[no-any-return]
