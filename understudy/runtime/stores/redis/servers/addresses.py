"""URLs of Redis and Valkey: one server, one that Sentinel knows, or a cluster."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import unquote

from redis import connection as driver
from redis import sentinel as sentinels
from redis.backoff import NoBackoff
from redis.retry import Retry

from understudy.errors import UsageError
from understudy.runtime.stores.redis.servers.connection import TRIP_TIMEOUT, Connection

_URL = re.compile(
    r"(?P<scheme>(?:redis|rediss|valkey|valkeys)(?:\+(?P<mode>cluster|sentinel))?|unix)://"
    r"(?:(?P<login>[^@/?]*)@)?(?P<hosts>[^/?]*)(?P<path>/[^?]*)?(?:\?(?P<query>.*))?"
)
_FORMS = (
    "give redis://HOST:PORT/NUMBER, rediss:// with TLS, unix:///PATH?db=NUMBER, "
    "redis+sentinel://HOST:PORT,HOST:PORT/SERVICE/NUMBER or redis+cluster://HOST:PORT"
)
_PORTS = {"sentinel": 26379}


class Host(NamedTuple):
    """A host and a port."""

    name: str
    port: int

    def __str__(self) -> str:
        return f"[{self.name}]:{self.port}" if ":" in self.name else f"{self.name}:{self.port}"


@dataclass(frozen=True, slots=True)
class Address:
    """What a URL says: its text without what is secret, the hosts that it names, the Sentinel's
    name of the service or whether it is a cluster, and what the driver needs to connect."""

    text: str
    hosts: tuple[Host, ...]
    service: str
    is_cluster: bool
    options: dict[str, Any] = field(repr=False)
    sentinel_options: dict[str, Any] = field(repr=False)

    @property
    def database_number(self) -> int:
        """Return the number of the database in the server."""
        return int(self.options.get("db", 0))

    def connect(self, host: Host | None = None) -> Connection:
        """Connect to this host, or to the server that the URL names. Raises the driver's errors."""
        if host is None and self.service:
            host = self._master()
        place = {} if host is None else {"host": host.name, "port": host.port}
        connection = self._new(**place)
        connection.connect()
        return Connection(connection)

    def _new(self, **place: Any) -> Any:
        options = dict(self.options)
        class_: Callable[..., Any] = options.pop("connection_class", driver.Connection)
        return class_(**{**options, **place})

    def _master(self) -> Host:
        """Return the server that one of the Sentinels knows to be the master."""
        class_: Any = sentinels.Sentinel
        sentinel = class_(self.hosts, sentinel_kwargs=self.sentinel_options)
        try:
            return Host(*sentinel.discover_master(self.service))
        finally:
            for client in sentinel.sentinels:
                client.close()

    @classmethod
    def parse(cls, url: str) -> Address:
        """Return the address of a URL. Raises UsageError."""
        match = _URL.fullmatch(url)
        if match is None:
            raise UsageError(f"{_without_login(url)!r} is not a URL of Redis: {_FORMS}")
        text, mode, path = _without_login(url).partition("?")[0], match["mode"], match["path"] or ""
        hosts = tuple(_hosts(match["hosts"], mode)) if match["scheme"] != "unix" else ()
        service = ""
        if mode == "sentinel":
            service, _, number = path[1:].partition("/")
            path = f"/{number}"
        if (mode == "sentinel" and not service) or (not re.fullmatch(r"(/\d*)?", path) and hosts):
            raise UsageError(f"{text!r} is not a URL of Redis: {_FORMS}")
        options = _options(match, path)
        sentinel_options = _sentinel_options(options)
        if hosts and not service:
            options.update(host=hosts[0].name, port=hosts[0].port)
        address = cls(text, hosts, unquote(service), mode == "cluster", options, sentinel_options)
        address._check()
        return address

    def _check(self) -> None:
        """Raise UsageError for an option that the driver does not know."""
        if self.is_cluster and self.database_number:
            raise UsageError(f"{self.text!r}: a cluster has only database 0")
        try:
            self._new()
        except Exception as error:  # the driver checks its options by all kinds of errors
            raise UsageError(
                f"{self.text!r}: wrong option after the question mark: {error}"
            ) from None


def _without_login(url: str) -> str:
    return re.sub(r"//[^/?]*@", "//", url).partition("?")[0]


def _hosts(text: str, mode: str | None) -> list[Host]:
    hosts = []
    for part in text.split(","):
        match = re.fullmatch(r"(\[[^]]+\]|[^:\[\]]*)(?::(\d{1,5}))?", part)
        if match is None or (len(text) > len(part) and mode is None):
            raise UsageError(f"{text!r} is not a host and a port: {_FORMS}")
        port = int(match[2] or _PORTS.get(mode or "", 6379))
        hosts.append(Host(unquote(match[1]).strip("[]") or "localhost", port))
    return hosts


def _options(match: re.Match[str], path: str) -> dict[str, Any]:
    """Return what the driver makes of a URL with one host, and our own limits of time."""
    scheme = match["scheme"].partition("+")[0].replace("valkey", "redis")
    login = "" if match["login"] is None else f"{match['login']}@"
    host = "localhost" if scheme != "unix" else ""
    url = f"{scheme}://{login}{host}{path}?{match['query'] or ''}"
    try:
        parse: Callable[[str], dict[str, Any]] = driver.parse_url
        parsed = parse(url)
    except ValueError as error:
        raise UsageError(f"wrong option in the URL of Redis: {error}") from None
    parsed.pop("max_connections", None)
    limits = {"socket_timeout": TRIP_TIMEOUT, "socket_connect_timeout": TRIP_TIMEOUT}
    keepalive = {} if scheme == "unix" else {"socket_keepalive": True}
    return {**limits, **keepalive, **parsed, "protocol": 2}


def _sentinel_options(options: dict[str, Any]) -> dict[str, Any]:
    """Take the options of connections to Sentinels from those of a URL, and return them."""
    names = {"sentinel_username": "username", "sentinel_password": "password"}
    own = {names[name]: options.pop(name) for name in names if name in options}
    return {
        "socket_timeout": TRIP_TIMEOUT / 2,
        "socket_connect_timeout": TRIP_TIMEOUT / 2,
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,
        **own,
    }
