"""The provider of single sign-on (OpenID Connect) that the environment names."""

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

NEEDED = ("OIDC_NAME", "OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
LONGEST_NAME = 40


def oidc_app(environ: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the provider as django-allauth wants it, None where none is named.

    Accounts belong to the issuer that vouched for them: another one has an id of its own. Raises
    ValueError.
    """
    values = {name: (environ.get(name) or "").strip() for name in NEEDED}
    if not any(values.values()):
        return None
    if missing := [name for name, value in values.items() if not value]:
        raise ValueError(f"single sign-on needs {', '.join(missing)} as well")
    name, issuer, client, secret = (values[each] for each in NEEDED)
    if urlsplit(issuer).scheme not in ("https", "http") or not urlsplit(issuer).hostname:
        raise ValueError(
            f"OIDC_ISSUER must be an address such as https://id.example, not {issuer!r}"
        )
    issuer = issuer.rstrip("/")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"OIDC_NAME stands on a button: at most {LONGEST_NAME} characters")
    return {
        "provider_id": f"oidc-{hashlib.sha256(issuer.encode()).hexdigest()[:8]}",
        "name": name,
        "client_id": client,
        "secret": secret,
        "settings": {"server_url": issuer, "oauth_pkce_enabled": True},
    }
