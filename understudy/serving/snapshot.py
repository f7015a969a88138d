"""Exports and imports the state of a namespace as one readable JSON document.

    {"seed": "default", "drawn": 12,
     "clock": {"now": "2026-01-01T00:00:00.000000Z", "frozen": true},
     "settings": {"personas": {"petstore": "modern"}, "strict": false, "apis": {}},
     "apis": {"petstore": {"TENANT": {"pets": {"serial": 1, "records": {"p1": {"name": "Rex"}}}}}}}

A tenant is what an API key stands for ("" if the API has none). The state that several APIs share
is that of the one that owns it. Records are listed in the order of
their insertion; `serial` is the last integer that the collection returned, `drawn` the number of
ids generated from the seed. An import may lack any part, and leaves that part unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from understudy.errors import Problem, UsageError, Violation
from understudy.openapi.document import escape
from understudy.runtime.ids import Ids
from understudy.runtime.namespaces.namespace import Initialize, Namespace
from understudy.runtime.stores.memory_store import MemoryStore
from understudy.runtime.stores.store import Collection, Index
from understudy.runtime.world import World
from understudy.serving.api import Api
from understudy.suggestions import hint
from understudy.timestamps import rfc3339

#: Stores by API and tenant.
Stores = dict[str, dict[str, MemoryStore]]

#: The largest number of ids that a state may count: the last integer that JSON has everywhere.
_MOST_DRAWN = 2**53 - 1

#: Violations that are reported at once.
_MOST_VIOLATIONS = 100


def export_namespace(namespace: Namespace, apis: Sequence[Api]) -> dict[str, Any]:
    """Return the state of a namespace, without its journal, fault rules and scheduled requests."""
    return {
        "seed": str(namespace.ids.seed),
        "drawn": namespace.ids.drawn,
        "clock": {"now": rfc3339(namespace.clock.now()), "frozen": namespace.clock.frozen},
        "settings": {
            "personas": dict(namespace.personas),
            "strict": namespace.strict,
            "apis": {name: dict(values) for name, values in namespace.settings.items()},
        },
        "apis": {
            api.name: {
                tenant: api.world(namespace, tenant).store.dump()
                for tenant in namespace.worlds.tenants(api.name)
            }
            for api in apis
            if namespace.worlds.tenants(api.name)
        },
    }


def export_complete(namespace: Namespace, apis: Sequence[Api]) -> dict[str, Any]:
    """Return the state of a namespace with all collections, to be edited.

    An API that was not used has what it would begin with, for the tenant that tests use; `drawn`
    counts the ids of that. The namespace itself does not change.
    """
    state = export_namespace(namespace, apis)
    ids = next_ids(namespace)
    complete: dict[str, Any] = {}
    for api in apis:
        tenants = state["apis"].get(api.name)
        if tenants is None and api.owner is api and api.collections:
            tenants = {api.usual_tenant: first_records(api, namespace, ids)}
        if tenants:
            complete[api.name] = {name: _complete(api, c) for name, c in tenants.items()}
    return {**state, "apis": complete, "drawn": min(ids.drawn, _MOST_DRAWN)}


def next_ids(namespace: Namespace) -> Ids:
    """Return the ids that a namespace will generate next; it generates them all the same."""
    ids = Ids(namespace.ids.seed)
    ids.skip(namespace.ids.drawn)
    return ids


def first_records(api: Api, namespace: Namespace, ids: Ids) -> dict[str, Any]:
    """Return what a new world of an API has, with these ids; the namespace does not change."""
    persona = namespace.personas.get(api.name, api.template.persona)
    world = World(MemoryStore(), namespace.clock, ids, persona)
    world.settings = namespace.settings_of(api.template)
    if api.seed is not None:
        api.seed(world)
    return world.store.dump()


def _complete(api: Api, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of a world with its empty collections, sorted by name."""
    empty = {name: {"serial": 0, "records": {}} for name in api.collections}
    return dict(sorted({**empty, **content}.items()))


def check_collections(apis: Sequence[Api], state: Mapping[str, Any]) -> None:
    """Check that an exported state can be restored. Raises Problem 409 with the remedy if handlers
    keep records in a collection that they do not export."""
    by_name = {api.name: api for api in apis}
    for name, tenants in state["apis"].items():
        for collection in {name for collections in tenants.values() for name in collections}:
            if collection not in by_name[name].collections:
                raise Problem(
                    409,
                    f"the state could not be restored: the handlers of {name} keep records in the "
                    f"collection {collection!r}; add it to COLLECTIONS in their package",
                    code="CONFLICT",
                )


def import_namespace(namespace: Namespace, apis: Sequence[Api], state: Mapping[str, Any]) -> None:
    """Put the namespace into a state that was exported, or written by hand.

    Raises Problem 409 with all violations, and changes nothing, if the state does not fit.
    """
    by_name = {api.name: api for api in apis}
    unique: dict[Violation, None] = {}  # two indexes may report the same
    for violation in state_violations(by_name, state):
        unique[violation] = None
        if len(unique) == _MOST_VIOLATIONS:
            break
    violations = tuple(unique)
    if violations:
        message = f"the state does not fit: {violations[0]}"
        raise Problem(409, message, code="CONFLICT", violations=violations)
    restore_namespace(namespace, apis, state)


def restore_namespace(namespace: Namespace, apis: Sequence[Api], state: Mapping[str, Any]) -> None:
    """Put the namespace into a state that this process has exported."""
    by_name = {api.name: api for api in apis}
    _restore(namespace, by_name, state, _loaded_stores(by_name, state))


def initializer(apis: Sequence[Api], state: Mapping[str, Any], strict: bool) -> Initialize:
    """Return what puts namespaces into a state that fits. They share its records until they write
    to them, so that a new namespace costs next to nothing however large the state is."""
    by_name = {api.name: api for api in apis}
    loaded = _loaded_stores(by_name, state)

    def initialize(namespace: Namespace) -> None:
        namespace.strict = strict
        stores = {
            name: {tenant: store.share() for tenant, store in tenants.items()}
            for name, tenants in loaded.items()
        }
        _restore(namespace, by_name, state, stores)

    return initialize


def _loaded_stores(apis: Mapping[str, Api], state: Mapping[str, Any]) -> Stores:
    """Return stores with the records of a state."""
    stores: Stores = {}
    for name, tenants in state.get("apis", {}).items():
        known = apis[name].collections
        stores[name] = {}
        for tenant, collections in tenants.items():
            store = MemoryStore()
            store.load({known[c]: content for c, content in collections.items()})
            # Without records, a world that is not seeded is as if it had never been used.
            if apis[name].seed is not None or store.dump():
                stores[name][tenant] = store
    return stores


def _restore(
    namespace: Namespace, by_name: Mapping[str, Api], state: Mapping[str, Any], stores: Stores
) -> None:
    """Put the namespace into a state, of which the records are in `stores`."""
    settings = state.get("settings", {})
    namespace.strict = settings.get("strict", namespace.strict)
    for name, persona in settings.get("personas", {}).items():
        namespace.set_persona(by_name[name].template, persona)
    for name, values in settings.get("apis", {}).items():
        namespace.change_settings(by_name[name].template, values)
    if "seed" in state:
        namespace.ids.reset(state["seed"])
    if "drawn" in state:
        namespace.ids.skip(state["drawn"])
    if "clock" in state:
        namespace.clock.set(
            _moment(state["clock"]["now"]), frozen=state["clock"].get("frozen", False)
        )
    for name, tenants in stores.items():
        namespace.worlds.drop(name)
        for tenant, store in tenants.items():
            world = namespace.add_world(by_name[name].template, tenant, store)
            world.wake_at(namespace.clock.now())
    namespace.do_due_work()


def state_violations(apis: Mapping[str, Api], state: Mapping[str, Any]) -> Iterator[Violation]:
    """Yield why a state does not fit APIs, which are by name."""
    yield from _settings_violations(apis, state.get("settings", {}))
    if "clock" in state:
        try:
            _moment(state["clock"]["now"])
        except (msgspec.ValidationError, OverflowError):
            yield _violation("/clock/now", "is not a time in the years 2 to 9998")
    for name, tenants in state.get("apis", {}).items():
        place = f"/apis/{escape(name)}"
        if name not in apis:
            yield _violation(place, f"is not served; there are {', '.join(apis)}")
        elif apis[name].owner is not apis[name]:
            owner = apis[name].owner.name
            yield _violation(place, f"shares the state of {owner}; give it as /apis/{owner}")
        else:
            for tenant, collections in tenants.items():
                yield from _tenant_violations(apis[name], f"{place}/{escape(tenant)}", collections)


def _settings_violations(
    apis: Mapping[str, Api], settings: Mapping[str, Any]
) -> Iterator[Violation]:
    for name, persona in settings.get("personas", {}).items():
        try:
            known_api(apis, name).check_persona(persona)
        except UsageError as error:
            yield _violation(f"/settings/personas/{escape(name)}", str(error))
    for name, values in settings.get("apis", {}).items():
        place = f"/settings/apis/{escape(name)}"
        try:
            of_api = known_api(apis, name).settings
            for setting in values:
                of_api.check_name(setting)
        except UsageError as error:
            yield _violation(place, str(error))
        else:
            yield from of_api.violations(values, place)


def known_api(apis: Mapping[str, Api], name: str) -> Api:
    """Return the API of that name. Raises UsageError if there is none."""
    if name not in apis:
        raise UsageError(f"there is no API {name!r}{hint(name, apis)}")
    return apis[name]


def _tenant_violations(api: Api, place: str, collections: Mapping[str, Any]) -> Iterator[Violation]:
    for name, content in collections.items():
        collection = api.collections.get(name)
        if collection is None:
            known = hint(name, sorted(api.collections))
            message = f"is not a collection of {api.name}{known}"
            yield _violation(f"{place}/{escape(name)}", message)
            continue
        place_of_records = f"{place}/{escape(name)}/records"
        records = content["records"]
        yield from api.record_shapes.violations(collection, records, place_of_records)
        yield from index_violations(collection, place_of_records, records)


def index_violations(
    collection: Collection, place: str, records: Mapping[str, Any]
) -> Iterator[Violation]:
    """Yield the fields that the indexes of a collection cannot sort or group by; `place` is the
    pointer to the records in the body."""
    for index in collection.indexes:
        yield from _violations_of_index(collection, index, place, records)


def _violations_of_index(
    collection: Collection, index: Index, place: str, records: Mapping[str, Any]
) -> Iterator[Violation]:
    kinds: set[type] = set()
    for key, record in records.items():
        for field in filter(None, (index.order, index.group)):
            value = record.get(field)
            if value is not None and not isinstance(value, str | int | float):
                message = "must be a text or a number, because an index uses it"
                yield _violation(f"{place}/{escape(key)}/{escape(field)}", message)
        value = record.get(index.order) if index.order else None
        if isinstance(value, str | int | float):
            kinds.add(str if isinstance(value, str) else float)
    if len(kinds) > 1:
        yield _violation(
            place,
            f"have texts and numbers in {index.order}, by which {collection.name} are sorted",
        )


def _moment(text: str) -> datetime:
    moment = msgspec.convert(text, datetime).astimezone(UTC)
    if not 2 <= moment.year <= 9998:
        raise OverflowError
    return moment


def _violation(place: str, message: str) -> Violation:
    return Violation("body", place, message)
