"""Which server has the keys of a namespace."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from threading import Lock
from typing import Any, Protocol

from redis.crc import key_slot

from understudy.runtime.stores.errors import StoreUnavailable
from understudy.runtime.stores.redis.servers.addresses import Address, Host
from understudy.runtime.stores.redis.servers.connection import Connection
from understudy.runtime.stores.redis.servers.server import FAILURES, Server

_SLOTS = 16_384


class Topology(Protocol):
    """The servers of a database."""

    def server(self, key: bytes) -> Server:
        """Return the server that has this key. Raises StoreUnavailable."""

    def servers(self) -> Sequence[Server]:
        """Return all servers. Raises StoreUnavailable."""

    def refresh(self) -> None:
        """Find out anew which server has which keys, because one says that it does not."""

    def close(self) -> None:
        """Disconnect from all servers."""


class OneServer:
    """One server that has all keys, whatever its address is at the time if Sentinels know it."""

    def __init__(self, address: Address) -> None:
        self._server = Server(f"Redis at {address.text}", address.connect)

    def server(self, key: bytes) -> Server:
        """See `Topology`."""
        return self._server

    def servers(self) -> Sequence[Server]:
        """See `Topology`."""
        return (self._server,)

    def refresh(self) -> None:
        """See `Topology`; new connections ask the Sentinels."""
        self._server.discard_idle()

    def close(self) -> None:
        """See `Topology`."""
        self._server.close()


class Cluster:
    """The servers of a cluster, each with the keys of some slots."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._servers: dict[Host, Server] = {}
        self._slots: list[Server | None] = [None] * _SLOTS
        self._lock = Lock()

    def server(self, key: bytes) -> Server:
        """See `Topology`."""
        slot = key_slot(key)
        if self._slots[slot] is None:
            self.refresh()
        server = self._slots[slot]
        if server is None:
            raise StoreUnavailable(f"no server of {self._address.text} has the slot {slot}")
        return server

    def servers(self) -> Sequence[Server]:
        """See `Topology`."""
        if not self._servers:
            self.refresh()
        return tuple(self._servers.values())

    def refresh(self) -> None:
        """See `Topology`."""
        with self._lock:
            ranges, asked = self._ranges()
            hosts = {_host(range_[2], asked) for range_ in ranges}
            for host in hosts - self._servers.keys():
                self._servers[host] = Server(f"Redis at {host}", partial(self._connect, host))
            slots: list[Server | None] = [None] * _SLOTS
            for first, last, master, *_ in ranges:
                slots[first : last + 1] = [self._servers[_host(master, asked)]] * (last + 1 - first)
            self._slots = slots
            for host in self._servers.keys() - hosts:
                self._servers.pop(host).close()

    def _connect(self, host: Host) -> Connection:
        """Connect to a server; where that fails, another one may have got its slots."""
        try:
            return self._address.connect(host)
        except FAILURES:
            if not self._lock.locked():
                with suppress(StoreUnavailable):
                    self.refresh()
            raise

    def _ranges(self) -> tuple[list[Any], Host]:
        """Return the ranges of slots as a server tells them, and the address of that server."""
        words = "the URL has no host"
        for host in dict.fromkeys((*self._servers, *self._address.hosts)):
            try:
                connection = self._address.connect(host)
                try:
                    return connection.ask(b"CLUSTER", b"SLOTS"), host
                finally:
                    connection.close()
            except FAILURES as error:
                words = str(error)
        raise StoreUnavailable(
            f"no server of {self._address.text} tells who has which slots: {words}"
        )

    def close(self) -> None:
        """See `Topology`."""
        for server in self._servers.values():
            server.close()


def _host(node: list[Any], asked: Host) -> Host:
    """Return the address of a node as a server tells it; without a name it is that server's."""
    return Host((node[0] or b"").decode() or asked.name, int(node[1]))
