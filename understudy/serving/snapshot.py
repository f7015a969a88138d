"""The state of a namespace as one readable JSON document, out and in.

    {"seed": "default", "drawn": 12,
     "clock": {"now": "2026-01-01T00:00:00.000000Z", "frozen": true},
     "settings": {"personas": {"petstore": "modern"}, "strict": false},
     "apis": {"petstore": {"TENANT": {"pets": {"serial": 1, "records": {"p1": {"name": "Rex"}}}}}}}

A tenant is what an API key stands for ("" if the API has none). Records are listed in the
order of their insertion; `serial` is the last integer that the collection gave, `drawn` counts the
ids that came from the seed. On the way in every part may be missing, and then stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from understudy.errors import Problem, UsageError, Violation
from understudy.runtime.namespace import Namespace
from understudy.runtime.store import Collection, Index, MemoryStore
from understudy.serving.api import Api
from understudy.timestamps import rfc3339

#: Faults that are told of at once.
_MOST_TOLD = 100


def export_namespace(namespace: Namespace, apis: Sequence[Api]) -> dict[str, Any]:
    """All that a namespace would need to go on elsewhere; the journal, faults and plans stay."""
    return {
        "seed": str(namespace.ids.seed),
        "drawn": namespace.ids.drawn,
        "clock": {"now": rfc3339(namespace.clock.now()), "frozen": namespace.clock.frozen},
        "settings": {"personas": dict(namespace.personas), "strict": namespace.strict},
        "apis": {
            api.name: {
                tenant: world.store.dump()
                for tenant, world in namespace.worlds.get(api.name, {}).items()
                if isinstance(world.store, MemoryStore)
            }
            for api in apis
            if namespace.worlds.get(api.name)
        },
    }


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

    Raises Problem 409 with every fault at once, and changes nothing then.
    """
    by_name = {api.name: api for api in apis}
    faults = list(dict.fromkeys(_faults(by_name, state)))[:_MOST_TOLD]  # two indexes, one fault
    if faults:
        raise Problem(
            409, f"the state does not fit: {faults[0]}", code="CONFLICT", violations=tuple(faults)
        )
    restore_namespace(namespace, apis, state)


def restore_namespace(namespace: Namespace, apis: Sequence[Api], state: Mapping[str, Any]) -> None:
    """Put the namespace into a state that is known to fit."""
    by_name = {api.name: api for api in apis}
    settings = state.get("settings", {})
    namespace.strict = settings.get("strict", namespace.strict)
    for name, persona in settings.get("personas", {}).items():
        namespace.set_persona(name, persona)
    if "seed" in state:
        namespace.ids.reset(state["seed"])
    if "drawn" in state:
        namespace.ids.skip(state["drawn"])
    if "clock" in state:
        namespace.clock.set(
            _moment(state["clock"]["now"]), frozen=state["clock"].get("frozen", False)
        )
    for name, tenants in state.get("apis", {}).items():
        api = by_name[name]
        namespace.worlds.pop(name, None)
        for tenant, collections in tenants.items():
            store = namespace.world(api.name, tenant, None, api.persona).store
            assert isinstance(store, MemoryStore)
            store.load({api.collections[c]: kept for c, kept in collections.items()})


def _faults(apis: Mapping[str, Api], state: Mapping[str, Any]) -> Iterator[Violation]:
    settings = state.get("settings", {})
    for name, persona in settings.get("personas", {}).items():
        try:
            if name not in apis:
                raise UsageError(f"there is no API {name!r}")
            apis[name].check_persona(persona)
        except UsageError as error:
            yield _fault(f"/settings/personas/{name}", str(error))
    if "clock" in state:
        try:
            _moment(state["clock"]["now"])
        except (msgspec.ValidationError, OverflowError):
            yield _fault("/clock/now", "is no moment of the years 2 to 9998")
    for name, tenants in state.get("apis", {}).items():
        if name not in apis:
            yield _fault(f"/apis/{name}", f"is not served; there are {', '.join(apis)}")
            continue
        for tenant, collections in tenants.items():
            yield from _in_tenant(apis[name], f"/apis/{name}/{tenant}", collections)


def _in_tenant(api: Api, place: str, collections: Mapping[str, Any]) -> Iterator[Violation]:
    for name, kept in collections.items():
        collection = api.collections.get(name)
        if collection is None:
            known = ", ".join(sorted(api.collections)) or "none"
            yield _fault(
                f"{place}/{name}",
                f"is not a collection of {api.name}; COLLECTIONS of its handlers has: {known}",
            )
            continue
        for index in collection.indexes:
            yield from _in_index(collection, index, f"{place}/{name}/records", kept["records"])


def _in_index(
    collection: Collection, index: Index, place: str, records: Mapping[str, Any]
) -> Iterator[Violation]:
    """What an index cannot sort or group by."""
    kinds: set[type] = set()
    for key, record in records.items():
        for field in filter(None, (index.order, index.group)):
            value = record.get(field)
            if value is not None and not isinstance(value, str | int | float):
                yield _fault(f"{place}/{key}/{field}", "is listed by, so it is a text or a number")
        value = record.get(index.order) if index.order else None
        if isinstance(value, str | int | float):
            kinds.add(str if isinstance(value, str) else float)
    if len(kinds) > 1:
        yield _fault(
            place, f"have texts and numbers in {index.order}, which {collection.name} are sorted by"
        )


def _moment(text: str) -> datetime:
    moment = msgspec.convert(text, datetime).astimezone(UTC)
    if not 2 <= moment.year <= 9998:
        raise OverflowError
    return moment


def _fault(place: str, message: str) -> Violation:
    return Violation("body", place, message)
