"""The mail server that an address names."""

from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

PORTS = {"smtp": 25, "smtps": 465, "smtp+tls": 587}


class MailServer(NamedTuple):
    """Without a host no mail is sent."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    is_tls: bool = False
    is_ssl: bool = False
    sender: str = ""


def mail_server(url: str) -> MailServer:
    """Return what `smtp+tls://USER:PASSWORD@HOST:PORT?from=ADDRESS` names; an empty one names none.

    `smtps` speaks TLS from the start, `smtp+tls` begins it, `smtp` does without. Raises ValueError.
    """
    if not url:
        return MailServer()
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError(f"it must look like {'://HOST, '.join(PORTS)}://HOST")
    sender = parse_qs(parts.query).get("from", [""])[0]
    if not sender:
        raise ValueError("it must end with ?from=ADDRESS, the address that mail comes from")
    return MailServer(
        host=parts.hostname,
        port=parts.port or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        is_tls=parts.scheme == "smtp+tls",
        is_ssl=parts.scheme == "smtps",
        sender=sender,
    )
