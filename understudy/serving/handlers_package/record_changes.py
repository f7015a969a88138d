"""Changes of single records: each is checked, and all of them are made, or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from understudy.errors import Problem, Violation
from understudy.http.json_codec import ABSENT
from understudy.openapi.document import escape
from understudy.runtime.ids import Ids
from understudy.runtime.namespaces.namespace import Namespace
from understudy.runtime.plans.patterns.containing import equal
from understudy.runtime.plans.patterns.mismatch import Steps
from understudy.runtime.stores.store import Collection
from understudy.runtime.world import World
from understudy.serving.api import Api
from understudy.serving.snapshot import first_records, index_violations, next_ids
from understudy.suggestions import hint

#: More parts than a body of the largest size can have.
_MOST_PARTS = 10_000_000


class _Change(NamedTuple):
    """A change of one record: `record` is None to delete it. `place` points to it in the body."""

    place: str
    collection: Collection
    key: str
    record: Mapping[str, Any] | None
    expected: Any


class _Records:
    """The records of one tenant of an API, as they will be after some changes; `content` is what
    the tenant has now, or if it `is_new`, what it will begin with."""

    def __init__(self, api: Api, content: Mapping[str, Any], *, is_new: bool) -> None:
        self._api = api
        self._is_new = is_new
        self._records: dict[str, dict[str, Any]] = {
            name: dict(collection["records"]) for name, collection in content.items()
        }
        self._changed: dict[tuple[str, str], _Change] = {}

    def change(self, change: _Change) -> Iterator[Violation]:
        """Make a change, and yield why it cannot be made."""
        records = self._records.setdefault(change.collection.name, {})
        now = records.get(change.key)
        if change.expected is not ABSENT and not self._is_as_expected(change, now):
            yield Violation("body", f"{change.place}/expected", _difference(change.expected, now))
        elif change.record is None and now is None:
            yield Violation("body", f"{change.place}/key", "is the key of no record")
        else:
            yield from self._put(change, records)

    def _is_as_expected(self, change: _Change, now: Any) -> bool:
        if self._is_new and (change.collection.name, change.key) not in self._changed:
            # Nobody has written it, and what a tenant begins with may depend on the time.
            return (change.expected is None) == (now is None)
        return _is_same(change.expected, now)

    def _put(self, change: _Change, records: dict[str, Any]) -> Iterator[Violation]:
        self._changed[change.collection.name, change.key] = change
        if change.record is None:
            del records[change.key]
            return
        records[change.key] = change.record
        given = {change.key: change.record}
        for violation in self._api.record_shapes.violations(change.collection, given, ""):
            yield _moved(violation, change)

    def index_violations(self) -> Iterator[Violation]:
        """Yield, after all changes, what the indexes cannot sort or group by; what is wrong with
        records together is said of the last one that was put."""
        put: dict[str, dict[str, _Change]] = {}
        for (name, key), change in self._changed.items():
            if change.record is not None:
                put.setdefault(name, {})[escape(key)] = change
        for name, changes in put.items():
            *_, last = changes.values()
            for violation in index_violations(last.collection, "", self._records[name]):
                key = violation.at.partition("/")[2].partition("/")[0]
                yield _moved(violation, changes.get(key, last))

    def commit(self, world: World) -> None:
        """Write the changes to the store of the tenant's world."""
        store = world.store
        for change in self._changed.values():
            if change.record is None:
                store.delete(change.collection, change.key)
            else:
                store.put(change.collection, change.key, change.record)
        world.commit()
        world.wake_at(world.clock.now())


def change_records(
    namespace: Namespace, apis: Sequence[Api], changes: Sequence[Mapping[str, Any]]
) -> None:
    """Put and delete records. Raises Problem 409 with all violations, and changes nothing, if one
    does not fit, or is not as it was expected to be."""
    by_name = {api.name: api for api in apis}
    ids = next_ids(namespace)
    tenants: dict[tuple[str, str], _Records] = {}
    violations: list[Violation] = []
    for number, given in enumerate(changes):
        place = f"/{number}"
        wrong = _name_violation(by_name, given, place)
        if wrong is not None:
            violations.append(wrong)
            continue
        api, tenant = by_name[given["api"]], given["tenant"]
        if (api.name, tenant) not in tenants:
            tenants[api.name, tenant] = _records(api, namespace, tenant, ids)
        change = _change(api, given, place)
        violations.extend(tenants[api.name, tenant].change(change))
    for records in tenants.values():
        violations.extend(records.index_violations())
    if violations:
        unique = tuple(dict.fromkeys(violations))
        message = f"no record was changed: {unique[0]}"
        raise Problem(409, message, code="CONFLICT", violations=unique)
    for (name, tenant), records in tenants.items():
        records.commit(by_name[name].world(namespace, tenant))
    namespace.do_due_work()


def _records(api: Api, namespace: Namespace, tenant: str, ids: Ids) -> _Records:
    """Return the records of a tenant; a new one is not created, because a change may be refused."""
    world = namespace.worlds.get(api.template, tenant)
    if world is None:
        return _Records(api, first_records(api, namespace, ids), is_new=True)
    return _Records(api, world.store.dump(), is_new=False)


def _change(api: Api, given: Mapping[str, Any], place: str) -> _Change:
    collection = api.collections[given["collection"]]
    expected = given.get("expected", ABSENT)
    return _Change(place, collection, given["key"], given["record"], expected)


def _name_violation(
    apis: Mapping[str, Api], given: Mapping[str, Any], place: str
) -> Violation | None:
    """Return what is wrong with the names of an API and a collection, or None."""
    name, collection = given["api"], given["collection"]
    if name not in apis:
        return Violation("body", f"{place}/api", f"is not served{hint(name, apis)}")
    api = apis[name]
    if api.owner is not api:
        owner = api.owner.name
        return Violation("body", f"{place}/api", f"shares the state of {owner}; give {owner}")
    if collection not in api.collections:
        known = hint(collection, sorted(api.collections))
        message = f"is not a collection of {name}{known}"
        return Violation("body", f"{place}/collection", message)
    return None


def _moved(violation: Violation, change: _Change) -> Violation:
    """Return a violation of `/KEY/...` among records, at its place in the body."""
    _, _, place = violation.at.removeprefix("/").partition("/")
    return replace(violation, at=f"{change.place}/record" + (f"/{place}" if place else ""))


def _difference(expected: Any, now: Any) -> str:
    """Return how a record is not as it was expected to be."""
    if now is None:
        return "there is no such record now"
    return "there is a record of this key" if expected is None else "the record was changed"


def _is_same(expected: Any, now: Any) -> bool:
    return equal(expected, now, Steps(_MOST_PARTS))
