"""Which addresses models may be asked at and webhooks sent to, and which of them get which key.

Whoever administers a campaign names its servers; whoever runs the installation says, by environment
variables, how far that reaches. Refusals hold when the connection is made, to the address that it is
made to: a name that leads elsewhere by then leads nowhere.
"""

import os
import re
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from models_srv.types import ModelMisconfigured

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")
# Where models run beside a product that listens on its own machine alone. Link-local addresses are
# not among them: a cloud's metadata, with its keys, has one.
NEAR = [
    ip_network(text)
    for text in (
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10",
        "::1/128", "fc00::/7",
    )
]  # fmt: skip
# Where clouds keep an instance's keys, though the address is not link-local.
METADATA = [
    ip_address(text)
    for text in ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254")
]
HOST = re.compile(r"[\w.-]+|[0-9a-f:.]+")
NAT64 = ip_network("64:ff9b::/96")


class AddressRefused(ModelMisconfigured):
    """The installation does not let models be asked there, or not with this key."""


@dataclass(frozen=True)
class Place:
    """A host, and a port where only that one is meant; `network` where the host is one."""

    host: str
    port: int | None = None
    network: Network | None = None

    def covers(self, host: str, port: int, address: Address | None = None) -> bool:
        if self.port not in (None, port):
            return False
        if self.network and address:
            return address in self.network
        return self.host == host


@dataclass(frozen=True)
class AddressRules:
    """`near` are what is allowed of addresses that are not public; `keys` where each may go.

    `is_usual`: nobody has listed any addresses in the `variable`.
    """

    is_usual: bool
    near: tuple[Place, ...]
    keys: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    variable: str = "MODEL_ADDRESSES"

    def allows(self, host: str, port: int, address: Address) -> bool:
        address = _plain(address)
        if self.is_usual and address in METADATA:
            return False
        if address.is_global and not address.is_multicast:
            return True
        return any(place.covers(host, port, address) for place in self.near)

    def allows_key(self, name: str, host: str, port: int) -> bool:
        return any(place.covers(host, port) for place in self.keys.get(name, ()))


def address_rules(environment: Mapping[str, str] = os.environ) -> AddressRules:
    """Return the installation's rules. Raises ValueError, naming the variable, where it is not one.

    MODEL_ADDRESSES lists networks, addresses and names, each with or without a port; MODEL_KEYS
    lists VARIABLE=host or VARIABLE=host:port. Without them a product that only this machine reaches
    may ask what is near, and send VLLM_API_KEY to its own machine; any other asks public addresses only.
    """
    is_local = is_local_installation(environment)
    near = [_place(text, "MODEL_ADDRESSES") for text in _listed(environment, "MODEL_ADDRESSES")]
    is_usual = not near
    if is_usual and is_local:
        near = [Place(str(network), network=network) for network in NEAR]
    keys: dict[str, tuple[Place, ...]] = {}
    for text in _listed(environment, "MODEL_KEYS"):
        name, _, place = text.partition("=")
        if not name or not place:
            raise ValueError(f"MODEL_KEYS: {text!r} is not VARIABLE=host or VARIABLE=host:port")
        keys[name] = (*keys.get(name, ()), _place(place, "MODEL_KEYS"))
    if not keys and is_local:
        keys = {"VLLM_API_KEY": tuple(Place(host) for host in LOOPBACK_HOSTS)}
    return AddressRules(is_usual, tuple(near), keys)


def webhook_rules(environment: Mapping[str, str] = os.environ) -> AddressRules:
    """Return where webhooks may go: public addresses, and what WEBHOOK_ADDRESSES lists beside them.

    Raises ValueError, naming the variable, where that is no list of networks, addresses and names.
    """
    variable = "WEBHOOK_ADDRESSES"
    near = tuple(_place(text, variable) for text in _listed(environment, variable))
    return AddressRules(is_usual=not near, near=near, variable=variable)


def is_local_installation(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether only this machine's own people reach the product: no other address, name or proxy."""
    host = environment.get("HOST") or "127.0.0.1"
    is_open = environment.get("HTTPS") == "1" or environment.get("ALLOWED_HOSTS")
    return host in LOOPBACK_HOSTS and not is_open


def host_and_port(url: str) -> tuple[str, int]:
    """Return whom a URL leads to. Raises AddressRefused where that cannot be said for certain."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise AddressRefused(f"{url!r} is no address of a server.") from error
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or "\\" in url:
        raise AddressRefused(f"{url!r} is not a URL: use http://host:port/v1.")
    return host.lower().rstrip("."), port or {"http": 80, "https": 443}[parts.scheme]


def allowed_addresses(host: str, port: int, rules: AddressRules | None = None) -> list[str]:
    """Return the addresses of a host, all of which are allowed. Raises AddressRefused, OSError."""
    rules = rules or address_rules()
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not all(rules.allows(host, port, ip_address(text.split("%")[0])) for text in addresses):
        raise AddressRefused(
            f"This installation sends nothing to {host}:{port}. Whoever runs it can allow the "
            f"address with {rules.variable}."
        )
    return addresses


def check_url(url: str, rules: AddressRules | None = None) -> None:
    """Raise AddressRefused where the URL is not allowed. An unknown name is: it may be known later."""
    host, port = host_and_port(url)
    try:
        allowed_addresses(host, port, rules)
    except (OSError, UnicodeError):
        return


def key_for(url: str, variable: str) -> str:
    """Return the key in an environment variable, empty where none is named.

    Raises AddressRefused where it is not allowed to go there, ModelMisconfigured where it is not set.
    """
    if not variable:
        return ""
    host, port = host_and_port(url)
    if not address_rules().allows_key(variable, host, port):
        raise AddressRefused(
            f"The key in {variable} is not for {host}:{port}. Whoever runs this installation can "
            f"allow it with MODEL_KEYS={variable}={host}:{port}."
        )
    if key := os.environ.get(variable):
        return key
    raise ModelMisconfigured(f"The environment variable {variable} holds no API key.")


def _listed(environment: Mapping[str, str], name: str) -> Iterable[str]:
    return (text.strip() for text in environment.get(name, "").split(",") if text.strip())


def _place(text: str, variable: str) -> Place:
    try:
        network = ip_network(text.strip("[]"))
        return Place(str(network.network_address), network=network)
    except ValueError:
        pass
    try:
        parts = urlsplit(f"//{text}")
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise ValueError(f"{variable}: {text!r} is no host, address or network") from error
    if not HOST.fullmatch(host) or parts.path or "@" in text:
        raise ValueError(f"{variable}: {text!r} is no host, address or network")
    try:
        return Place(host, port, ip_network(host))
    except ValueError:
        return Place(host, port)


def _plain(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 one stands for, where it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (address,))[-1]
