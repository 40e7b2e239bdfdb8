"""Behind a proxy that shows this site under a path: the proxy may cut the path off or leave it."""

from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def without_prefix(application: Application, prefix: str) -> Application:
    """Return the application for requests to `prefix` as for those from which it is cut off already.

    What Django writes in front of links and redirects is FORCE_SCRIPT_NAME, in the settings.
    """
    prefix = prefix.rstrip("/")

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if prefix and (path == prefix or path.startswith(f"{prefix}/")):
            environ["PATH_INFO"] = path[len(prefix) :] or "/"
        return application(environ, start_response)

    return serve
