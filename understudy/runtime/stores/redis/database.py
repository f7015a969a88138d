"""Namespaces in a server, or a cluster of servers, that speaks the protocol of Redis."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from understudy.errors import UsageError
from understudy.runtime.stores.errors import StoreUnavailable
from understudy.runtime.stores.redis.indexing import reindex
from understudy.runtime.stores.redis.keys import NAMESPACES
from understudy.runtime.stores.redis.messages import Subscription
from understudy.runtime.stores.redis.names import Names
from understudy.runtime.stores.redis.scripts import SCRIPTS
from understudy.runtime.stores.redis.servers.addresses import Address
from understudy.runtime.stores.redis.servers.checks import (
    check_version,
    server_information,
    warnings,
)
from understudy.runtime.stores.redis.servers.clock import Clock
from understudy.runtime.stores.redis.servers.connection import Connection
from understudy.runtime.stores.redis.servers.server import Server
from understudy.runtime.stores.redis.servers.topology import Cluster, OneServer, Topology
from understudy.runtime.stores.redis.session import RedisSession
from understudy.runtime.stores.store import Index

#: The most records that one step of a drop removes: for some tens of milliseconds Redis does
#: nothing else.
_DROP_STEP = 5000


class RedisDatabase:
    """See `Database`. A journal has at most `most_exchanges`, and `most_bytes` bytes of them.

    Nothing is connected before `open`.
    """

    is_shared = True

    def __init__(self, url: str, most_exchanges: int = 1000, most_bytes: int = 16_000_000) -> None:
        self._address = Address.parse(url)
        self._channel = b"us:messages:%d" % self._address.database_number
        self.most_exchanges = most_exchanges
        #: What the script of a commit wants to know of all namespaces.
        self.limits = (self._channel, b"%d" % most_exchanges, b"%d" % most_bytes)
        #: Sentences about what the servers do not promise; known after `open`.
        self.warnings: list[str] = []
        self.names_of_namespaces = Names(self.server)
        self._subscriptions: list[Subscription] = []
        self._topology = self._new_topology()
        self._clock = Clock(lambda: self.server(NAMESPACES).ask(b"TIME"))

    def open(self) -> None:
        """See `Database`; it may have been opened and closed before, as the parent of workers
        does."""
        self._topology = self._new_topology()
        try:
            for server in self._topology.servers():
                information = server_information(server)
                check_version(information, server.label)
                self.warnings += warnings(server, information)
                for script in SCRIPTS:
                    server.ask(*script.load)
            self._clock.measure()
        except StoreUnavailable as error:
            self.close()
            raise UsageError(f"{error}; start it, or give the URL of another one") from None

    def _new_topology(self) -> Topology:
        address = self._address
        return Cluster(address) if address.is_cluster else OneServer(address)

    def server(self, key: bytes) -> Server:
        """Return the server that has a key. Raises StoreUnavailable."""
        return self._topology.server(key)

    def refresh(self) -> None:
        """Find out anew which server has which keys. Raises StoreUnavailable."""
        self._topology.refresh()

    def reindex(self, indexes: Mapping[tuple[str, str], tuple[Index, ...]]) -> None:
        """See `Database`. Raises StoreUnavailable."""
        reindex(self, indexes)

    def session(self, namespace: str, reads: Any = None) -> RedisSession:
        """See `Database`."""
        return RedisSession(self, namespace, reads or ())

    def names(self) -> Sequence[str]:
        """See `Database`."""
        return self.names_of_namespaces.all()

    def drop(self, namespace: str, message: bytes = b"") -> bool:
        """See `Database`; one with more records than fit into a step vanishes little by little."""
        existed = False
        while (left := self.session(namespace).remove_records(_DROP_STEP)) == 1:
            existed = True
        self.names_of_namespaces.remove(namespace)
        if message:
            content = b"%b %b" % (namespace.encode(), message)
            self.server(NAMESPACES).ask(b"PUBLISH", self._channel, content)
        return existed or left != 0

    def last_exchange(self) -> int:
        """See `Database`: the numbers are times of the server in microseconds."""
        return self.time_ns() // 1000

    def time_ns(self) -> int:
        """See `Database`."""
        return self._clock.time_ns()

    @property
    def round_trip(self) -> float:
        """See `Database`."""
        return self._clock.round_trip / 1e9

    def settle(self) -> None:
        """See `Database`: a commit is as lasting as it gets when it returns."""

    def check(self) -> None:
        """See `Database`."""
        for server in self._topology.servers():
            server.ask(b"PING")

    def subscribe(self, receive: Callable[[str, bytes], None]) -> None:
        """See `Database`; `receive("", b"")` says that messages may have been missed."""
        subscription = Subscription(self._any_connection, self._channel, receive)
        self._subscriptions.append(subscription)
        subscription.start()

    def _any_connection(self) -> Connection:
        return self.server(NAMESPACES).connect()

    def close(self) -> None:
        """See `Database`."""
        for subscription in self._subscriptions:
            subscription.close()
        self._subscriptions.clear()
        self._topology.close()
