"""What a server of Redis is, and what its configuration does not promise."""

from __future__ import annotations

from understudy.errors import UsageError
from understudy.runtime.stores.errors import StoreUnavailable
from understudy.runtime.stores.redis.servers.server import Server

_LOWEST = (6, 2)


def check_version(information: dict[str, str], label: str) -> None:
    """Raise UsageError for a server that is too old; `information` is what `server_information`
    returned."""
    version = information.get("redis_version", "")
    numbers = version.split(".")[:2]
    if all(number.isdecimal() for number in numbers) and tuple(map(int, numbers)) < _LOWEST:
        raise UsageError(f"{label} is version {version}; use 6.2 or newer, or any Valkey")


def server_information(server: Server) -> dict[str, str]:
    """Return what INFO tells, by name. Raises StoreUnavailable."""
    text: str = server.ask(b"INFO").decode(errors="replace")
    lines = (line.partition(":") for line in text.splitlines())
    return {name: value for name, colon, value in lines if colon}


def warnings(server: Server, information: dict[str, str]) -> list[str]:
    """Return a sentence for each thing that the server's configuration does not promise."""
    found = []
    if information.get("aof_enabled") == "0":
        found.append(
            f"{server.label} keeps no log of what is written (appendonly no): state may be lost "
            "when it restarts"
        )
    elif (policy := _setting(server, b"appendfsync")) not in ("", "always"):
        lost = "up to a second of" if policy == "everysec" else "some of"
        found.append(
            f"{server.label} writes its log to disk later (appendfsync {policy}): {lost} what was "
            "answered may be lost when it stops suddenly; `always` loses nothing"
        )
    policy = information.get("maxmemory_policy", "noeviction")
    if information.get("maxmemory", "0") != "0" and policy != "noeviction":
        found.append(
            f"{server.label} removes keys when its memory is full (maxmemory-policy {policy}): "
            "state may vanish; set noeviction"
        )
    return found


def _setting(server: Server, name: bytes) -> str:
    """Return a setting, or nothing where the user may not ask for it."""
    try:
        found = server.ask(b"CONFIG", b"GET", name)
    except StoreUnavailable:
        return ""
    return found[1].decode() if found else ""
