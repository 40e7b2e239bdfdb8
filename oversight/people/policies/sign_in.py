"""How many wrong passwords are too many, and who counts as one address."""

from ipaddress import IPv6Address, ip_address, ip_network

WINDOW_SECONDS = 15 * 60
# For one name from one address: from elsewhere its owner still gets in, so nobody is locked out by
# a stranger.
FAILURES_OF_NAME = 5
# For all names from one address: a whole office may sit behind it.
FAILURES_OF_ADDRESS = 50


def is_too_many(*, of_name: int, of_address: int) -> bool:
    """Whether so many tries in the window, the present one among them, are more than is let in."""
    return of_name > FAILURES_OF_NAME or of_address > FAILURES_OF_ADDRESS


def one_address(text: str) -> str:
    """Return what is counted as one: an IPv4 address, or the /64 of an IPv6 one, which one host has.

    What is no address (a server behind a socket has none) is one of its own.
    """
    try:
        address = ip_address(text.strip().strip("[]").split("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((int(address) >> 64 << 64, 64)).network_address)
    return str(address)


def client_address(*, remote: str, forwarded: str, proxies: int) -> str:
    """Return who asks: seen by the furthest of the `proxies` that are trusted; by ourselves with none.

    `forwarded` is X-Forwarded-For. Each proxy adds at its right whom it saw; what stands further left
    anybody may have written.
    """
    seen = [part.strip() for part in forwarded.split(",") if part.strip()]
    if proxies and seen:
        return one_address(seen[-min(proxies, len(seen))])
    return one_address(remote)
