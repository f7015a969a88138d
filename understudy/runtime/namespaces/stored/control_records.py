"""What a namespace has beside its worlds, as records: read when a request begins, and written when
it ends.

One small record has the clock, the seed and the settings, so that a request reads no more than
that. Fault rules, scheduled requests and the list of worlds have a record each, which is read where
the small one says that it is there; it changes with each of them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from secrets import token_hex
from threading import Lock
from typing import Any

import msgspec

from understudy.runtime.namespaces.namespace import Namespace
from understudy.runtime.namespaces.stored.worlds import DueTimes
from understudy.runtime.stores.database import Session, StoredRecord, TableName
from understudy.runtime.stores.store import Collection, Store
from understudy.runtime.webhooks import Endpoint

CONTROL = Collection("control")
_TABLE = TableName("", "", CONTROL.name)

#: The key of the small record, and those of the others.
_MAIN, _FAULTS, _SCHEDULE, _WORLDS = "namespace", "faults", "schedule", "worlds"


class RecordCache:
    """Records that were read before, so that they are read and decoded once; for several threads.

    The values must not be changed.
    """

    def __init__(self, most: int = 1000) -> None:
        self._most = most
        self._records: OrderedDict[tuple[str, str], tuple[StoredRecord, Any]] = OrderedDict()
        self._lock = Lock()

    def get(self, namespace: str, key: str) -> tuple[StoredRecord, Any] | tuple[None, None]:
        """Return a record as it was last read, and its value."""
        return self._records.get((namespace, key)) or (None, None)

    def value(self, namespace: str, key: str, record: StoredRecord) -> Any:
        """Return the value of a record, which is kept."""
        known, value = self.get(namespace, key)
        if known == record:
            return value
        value = msgspec.json.decode(record.encoded)
        with self._lock:
            self._records[namespace, key] = record, value
            self._records.move_to_end((namespace, key))
            if len(self._records) > self._most:
                self._records.popitem(last=False)
        return value


class ControlRecords:
    """The records of one namespace in one session."""

    def __init__(
        self, name: str, session: Session, store: Store, cache: RecordCache, known: bool
    ) -> None:
        """Read the small record, or take it as it was last read if it may be `known`."""
        self._name = name
        self._session = session
        self._store = store
        self._cache = cache
        last = cache.get(name, _MAIN)[0] if known else None
        record = session.get_as_known(_TABLE, _MAIN, last)
        self.main = None if record is None else cache.value(name, _MAIN, record)
        self._parts: dict[str, Any] = {}

    @property
    def is_new(self) -> bool:
        """Return whether the database does not have the namespace."""
        return self.main is None

    @property
    def due_times(self) -> DueTimes:
        """The worlds that there are, and when their work is due."""
        due: DueTimes = self._part(_WORLDS) or {}
        return due

    @property
    def seed(self) -> str:
        """The seed of the namespace's ids."""
        return self._name if self.main is None else str(self.main["seed"])

    def _part(self, key: str) -> Any:
        """Return a part, which other requests have, too; None if there is none."""
        version = None if self.main is None else self.main["parts"].get(key)
        if version is None:
            return None
        value = self._cache.get(self._name, key)[1]
        if value is None or value["version"] != version:
            record = self._session.get(_TABLE, key)
            if record is None:  # it is being removed, and this attempt will be in vain
                return None
            value = self._cache.value(self._name, key, record)
        part = self._parts[key] = value["part"]
        return part

    def load(self, namespace: Namespace) -> None:
        """Put a namespace into the state of the records."""
        main = self.main
        assert main is not None
        namespace.strict = main["strict"]
        namespace.clock.restore(*main["clock"])
        namespace.personas = dict(main["personas"])
        namespace.settings = {api: dict(values) for api, values in main["settings"].items()}
        namespace.endpoints = {
            (api, name): Endpoint(url, secret) for api, name, url, secret in main["endpoints"]
        }
        faults, schedule = self._part(_FAULTS), self._part(_SCHEDULE)
        if faults:
            namespace.faults.load(faults)
        if schedule:
            namespace.schedule.load(schedule)

    def save(self, namespace: Namespace, due_times: DueTimes) -> bool:
        """Write what has changed since; return whether something has."""
        versions: dict[str, str] = {} if self.main is None else dict(self.main["parts"])
        self._save_part(_FAULTS, namespace.faults.dump(), versions)
        self._save_part(_SCHEDULE, namespace.schedule.dump(), versions)
        self._save_part(_WORLDS, due_times, versions)
        main = {
            "clock": list(namespace.clock.state),
            "seed": str(namespace.ids.seed),
            "strict": namespace.strict,
            "personas": namespace.personas,
            "settings": namespace.settings,
            "endpoints": [[*key, *endpoint] for key, endpoint in namespace.endpoints.items()],
            "parts": versions,
        }
        if main == self.main:
            return False
        self._store.put(CONTROL, _MAIN, main)
        self._store.commit()
        return True

    def _save_part(self, key: str, part: Mapping[str, Any], versions: dict[str, str]) -> None:
        if part == self._parts.get(key, {}):
            return
        if not part:
            del versions[key]
            return
        versions[key] = version = token_hex(8)
        self._store.put(CONTROL, key, {"version": version, "part": part})
