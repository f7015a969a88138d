"""Under which host names a server answers that only this machine can reach.

Whoever owns a domain can let a name of it lead to 127.0.0.1 (DNS rebinding). Browsers then take
his pages and this server for one origin, and only the header `Host` tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import ip_address

from understudy.openapi.servers.cors import is_loopback

#: The longest name that DNS has; and how many values of `Host` are kept.
_LONGEST, _MOST = 255, 1000

_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^\s:/@?#\[\]\\]*?)\.?)(?::[0-9]*)?")
#: Names by which containers and virtual machines reach their host (`host.docker.internal`). Nobody
#: can own a name in `.internal`.
_MACHINE_OF_CONTAINER = re.compile(r"host\.[a-z0-9-]+\.internal")


def host_name(header: bytes) -> str | None:
    """Return the name or the address, in lower case, in a header `Host`; None if it is none."""
    match = _HOST.fullmatch(header.decode("latin-1").lower())
    return None if match is None else match[1] or match[2]


class HostNames(dict[bytes | None, bool]):
    """Whether a server answers requests with a value of `Host`; permitted values are kept.

    It answers under every IP address, because a page that has an address for its host comes from
    there; under the names of this machine; and under `names`, which are in lower case. With None it
    answers under every name.
    """

    def __init__(self, names: Iterable[str] | None) -> None:
        super().__init__()
        self._names = None if names is None else frozenset(names)

    def __missing__(self, header: bytes | None) -> bool:
        permitted = self._names is None or not header or self._permits(host_name(header))
        if permitted and len(self) < _MOST and len(header or b"") <= _LONGEST:
            self[header] = True
        return permitted

    def _permits(self, name: str | None) -> bool:
        if name is None:
            return False
        known = name in (self._names or ()) or _MACHINE_OF_CONTAINER.fullmatch(name) is not None
        return known or is_loopback(name) or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
