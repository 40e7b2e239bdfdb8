"""The one HTTP client by which servers are asked: it goes where it was sent, and nowhere else."""

from typing import Any

from models_srv.addresses import AddressRules, allowed_addresses


def guarded_client(*, timeout_seconds: float, rules: AddressRules | None = None) -> Any:
    """Return an httpx client that follows no redirect and asks allowed addresses only.

    `rules` are those of model servers where none are given.

    No proxy of the environment either: behind one nobody could see where a request ends.
    """
    import httpx2

    return httpx2.Client(
        transport=guarded_transport(rules),
        timeout=timeout_seconds,
        follow_redirects=False,
        trust_env=False,
    )


def guarded_transport(rules: AddressRules | None = None) -> Any:
    """Return an httpx transport that connects to allowed addresses only, looked up as it connects."""
    import httpx2

    transport = httpx2.HTTPTransport()
    transport._pool = _pool(rules)
    return transport


def _pool(rules: AddressRules | None) -> Any:
    import httpcore2
    import httpx2

    class GuardedBackend(httpcore2.SyncBackend):
        """Connects to an address that was looked at; the name stays what the certificate must say."""

        def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> Any:
            try:
                addresses = allowed_addresses(host, port, rules)
            except (OSError, UnicodeError) as error:
                raise httpcore2.ConnectError(str(error)) from error
            return self._first(addresses, port, *args, **kwargs)

        def _first(self, addresses: list[str], port: int, *args: Any, **kwargs: Any) -> Any:
            *others, last = addresses
            for address in others:
                try:
                    return super().connect_tcp(address, port, *args, **kwargs)
                except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                    continue
            return super().connect_tcp(last, port, *args, **kwargs)

    return httpcore2.ConnectionPool(
        ssl_context=httpx2.create_ssl_context(),
        max_connections=100,
        max_keepalive_connections=20,
        keepalive_expiry=5.0,
        network_backend=GuardedBackend(),
    )
