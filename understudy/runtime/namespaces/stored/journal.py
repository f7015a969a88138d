"""The journal of a namespace in a database."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.http.messages import Exchange
from understudy.runtime.exchange_codec import decode_exchange, encode_exchange
from understudy.runtime.journal import MOST_BODY, Signal, without_large_bodies
from understudy.runtime.stores.database import Changes, Session


class StoredJournal:
    """The journal of a namespace in one session; see `Journal`. What is added can be read once the
    request is committed."""

    def __init__(self, session: Session, changes: Changes, signal: Signal) -> None:
        self._session = session
        self._changes = changes
        self.signal = signal

    @property
    def seen(self) -> int:
        """See `Journal`."""
        return 0 if self._changes.clear_journal else self._session.journal_size().seen

    def add(self, exchange: Exchange) -> None:
        """See `Journal`."""
        self._changes.exchanges.append(encode_exchange(without_large_bodies(exchange, MOST_BODY)))

    def numbered(self) -> Iterator[tuple[int, Exchange]]:
        """See `Journal`."""
        found = () if self._changes.clear_journal else self._session.exchanges()
        return ((number, decode_exchange(encoded)) for number, encoded in found)

    def clear(self) -> None:
        """See `Journal`."""
        self._changes.exchanges.clear()
        self._changes.clear_journal = True

    def __len__(self) -> int:
        return 0 if self._changes.clear_journal else self._session.journal_size().kept
