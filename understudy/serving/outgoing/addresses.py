"""The addresses that callbacks and webhooks may be sent to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Collection
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

#: The option's value that allows every host.
ANY = "any"

#: The largest number of characters of a URL.
MOST_CHARACTERS = 8000

_PORTS = {"http": 80, "https": 443}


class RefusedAddress(ValueError):
    """An address that is not called, with the reason."""


class Target(NamedTuple):
    """A URL that may be called: its parts, and the hosts to connect to, the first one first."""

    scheme: str
    host: str
    port: int
    raw_path: bytes
    hosts: tuple[str, ...]

    @property
    def authority(self) -> str:
        """The host and the port, as in the header `Host`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """The scheme, the host and the port."""
        return f"{self.scheme}://{self.authority}"


class AllowedHosts:
    """Checks addresses: hosts of this machine may be called, and those of the option
    `--allow-callbacks`."""

    def __init__(self, hosts: Collection[str] = ()) -> None:
        self._hosts = frozenset(host.lower() for host in hosts)

    async def target(self, url: str) -> Target:
        """Return where a URL leads to. Raises RefusedAddress."""
        parts = parts_of(url)
        host = parts.hostname or ""
        port = parts.port or _PORTS[parts.scheme]
        hosts: tuple[str, ...] = (host,)
        if not self._hosts & {ANY, host}:
            hosts = await _loopback_addresses(host, port)
        raw_path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return Target(parts.scheme, host, port, raw_path.encode(), hosts)


def parts_of(url: str) -> SplitResult:
    """Return the parts of a URL; `hostname` is in lower case. Raises RefusedAddress."""
    if len(url) > MOST_CHARACTERS:
        raise RefusedAddress(f"the URL has {len(url)} characters; at most {MOST_CHARACTERS} may be")
    shown = repr(url.partition("?")[0])  # the query may have credentials
    if not (url.isascii() and url.isprintable() and " " not in url):
        raise RefusedAddress(
            f"{url!r} is not a URL: percent-encode its blanks and other characters"
        )
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable:
        raise RefusedAddress(f"{shown} is not an absolute URL of http or https")
    if parts.username is not None:
        raise RefusedAddress("the URL has a user's name; send credentials in a header")
    return parts


async def _loopback_addresses(host: str, port: int) -> tuple[str, ...]:
    """Return the addresses of a host, all of which are of this machine. Raises RefusedAddress."""
    try:
        infos = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise RefusedAddress(
            f"the host {host} has no address; allow it if it shall have one: "
            f"--allow-callbacks {host}"
        ) from None
    hosts = tuple(dict.fromkeys(str(info[4][0]) for info in infos))
    if not all(map(is_loopback, hosts)):
        raise RefusedAddress(f"{host} is not this machine; allow it by --allow-callbacks {host}")
    return hosts


def is_loopback(address: str) -> bool:
    """Return whether an IP address is one of this machine's own."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped.is_loopback
    return parsed.is_loopback
