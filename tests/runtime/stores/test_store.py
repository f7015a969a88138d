"""Every store keeps what the interface promises to handlers, within a request and over several."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.store_requests import STORES, MemoryRequests, StoreRequests
from understudy.runtime.stores.store import Collection, Index, Record

ADDED = Index()
BY_COLOUR = Index(order="colour")
OF_SHAPE = Index(group="shape")
OF_SHAPE_BY_COLOUR = Index(order="colour", group="shape")
THINGS = Collection("things", (ADDED, BY_COLOUR, OF_SHAPE, OF_SHAPE_BY_COLOUR))


@pytest.fixture(params=STORES)
def requests(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StoreRequests]:
    """Return requests on a new store of each kind."""
    made = STORES[request.param](tmp_path)
    yield made
    made.close()


def thing(key: str, colour: str | None = None, shape: str | None = None) -> Record:
    """Return a thing."""
    return {"key": key, "colour": colour, "shape": shape}


def put(requests: StoreRequests, *things: Record) -> None:
    """Store things by their keys, without a commit."""
    for record in things:
        requests.store.put(THINGS, record["key"], record)


def keys(requests: StoreRequests, index: Index, group: str | None = None, **options: Any) -> str:
    """Return the keys of a list as one word."""
    return "".join(r["key"] for r in requests.store.list(THINGS, index, group, **options))


@pytest.mark.parametrize("is_committed", [True, False])
def test_list_has_the_order_of_its_index(requests: StoreRequests, is_committed: bool) -> None:
    """Records are sorted by insertion, a field or groups; equal values by insertion, null first;
    also those that the request itself has written."""
    put(requests, thing("a", "red", "o"), thing("b", "blue", "x"))
    if is_committed:
        requests.next()
    put(requests, thing("c", None, "o"), thing("d", "blue", "o"))
    assert keys(requests, ADDED) == "abcd"
    assert keys(requests, ADDED, descending=True) == "dcba"
    assert keys(requests, BY_COLOUR) == "cbda"
    assert keys(requests, OF_SHAPE, "o") == "acd"
    assert keys(requests, OF_SHAPE_BY_COLOUR, "o", descending=True) == "adc"
    assert keys(requests, BY_COLOUR, above="blue") == "a"
    assert keys(requests, BY_COLOUR, below="red", offset=1, limit=1) == "b"
    assert keys(requests, OF_SHAPE, "nothing") == ""
    assert requests.store.count(THINGS, OF_SHAPE, "o") == 3


def test_request_reads_its_own_writes(requests: StoreRequests) -> None:
    """New, replaced and deleted records are so in every index, and after the commit, too."""
    put(requests, *(thing(key, "red", "o") for key in "abcd"))
    requests.next()
    put(requests, thing("b", "amber", "x"), thing("e", "blue", "o"))
    assert requests.store.delete(THINGS, "c")
    assert not requests.store.delete(THINGS, "c")
    for _ in range(2):
        assert requests.store.get(THINGS, "c") is None
        assert requests.store.get(THINGS, "b") == thing("b", "amber", "x")
        assert keys(requests, ADDED) == "abde"
        assert keys(requests, BY_COLOUR) == "bead"
        assert (keys(requests, OF_SHAPE, "o"), keys(requests, OF_SHAPE, "x")) == ("ade", "b")
        assert requests.store.count(THINGS, OF_SHAPE, "o") == 3
        requests.next()


def test_rollback_undoes_what_was_not_committed(requests: StoreRequests) -> None:
    """What the request committed before stays."""
    put(requests, thing("a", "red", "o"), thing("b", "blue", "x"))
    requests.next()
    put(requests, thing("c", "green", "o"))
    requests.store.commit()
    put(requests, thing("d", "green", "o"), thing("a", "zinc", "x"))
    requests.store.delete(THINGS, "b")
    requests.store.rollback()
    for _ in range(2):
        assert keys(requests, BY_COLOUR) == "bca"
        assert keys(requests, OF_SHAPE, "o") == "ac"
        requests.next()


def test_record_that_is_deleted_and_put_again_comes_last(requests: StoreRequests) -> None:
    """In one request as in two; a rollback of that restores its position."""
    put(requests, *(thing(key) for key in "abc"))
    requests.next()
    requests.store.delete(THINGS, "a")
    put(requests, thing("a", "red"))
    assert keys(requests, ADDED) == "bca"
    requests.store.rollback()
    assert keys(requests, ADDED) == "abc"
    requests.store.delete(THINGS, "a")
    put(requests, thing("a", "red"))
    requests.next()
    assert keys(requests, ADDED) == "bca"


def test_position_is_kept_until_the_record_is_deleted(requests: StoreRequests) -> None:
    """Positions grow, and limit lists by insertion."""
    put(requests, *(thing(key, "red", "o") for key in "abcd"))
    requests.next()
    positions = [requests.store.position(THINGS, key) or 0 for key in "abcd"]
    assert 0 < positions[0] < positions[1] < positions[2]
    put(requests, thing("a", "zinc", "o"))
    assert requests.store.position(THINGS, "a") == positions[0]
    assert requests.store.position(THINGS, "z") is None
    assert keys(requests, ADDED, above=positions[0], below=positions[3]) == "bc"
    assert keys(requests, OF_SHAPE, "o", above=positions[0], descending=True, limit=2) == "dc"


def test_serials_count_for_each_collection(requests: StoreRequests) -> None:
    """Each collection has its own 1, 2, 3...; a rollback takes none back."""
    other = Collection("others")
    assert [requests.store.serial(THINGS), requests.store.serial(other)] == [1, 1]
    requests.store.rollback()
    requests.next()
    assert requests.store.serial(THINGS) == 2


def test_dumped_records_can_be_loaded(requests: StoreRequests) -> None:
    """With their order and the last serial; all others are gone."""
    put(requests, thing("b"), thing("a"))
    requests.store.serial(THINGS)
    requests.next()
    dumped = requests.store.dump()
    assert list(dumped["things"]["records"]) == ["b", "a"]
    put(requests, thing("c"))
    requests.next()
    requests.store.load({THINGS: dumped["things"]})
    for _ in range(2):
        assert keys(requests, ADDED) == "ba"
        assert requests.store.size() == 2
        requests.next()
    assert requests.store.serial(THINGS) == 2


def test_record_comes_back_as_it_was(requests: StoreRequests) -> None:
    """With its types, the order of its fields, and texts of any kind."""
    record = {"number": 1.0, "whole": 2**60, "text": "\x00 é 😀", "b": [[], {}], "a": None}
    requests.store.put(THINGS, "key: {}/\x00", record)
    requests.next()
    found = requests.store.get(THINGS, "key: {}/\x00")
    assert found == record
    assert list(found or ()) == list(record)
    assert type((found or {})["number"]) is float


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", [name for name in STORES if name != "memory"])
def test_random_requests_agree_with_memory(name: str, seed: int, tmp_path: Path) -> None:
    """Requests of several random steps read the same from each store, and leave the same."""
    chance = random.Random(seed)
    both: tuple[StoreRequests, ...] = (MemoryRequests(), STORES[name](tmp_path))
    for _ in range(60):
        for _ in range(chance.randint(1, 6)):
            step = _step(chance)
            results = [step(requests) for requests in both]
            assert results[0] == results[1]
        end = chance.random()
        for requests in both:
            if end < 0.2:
                requests.store.rollback()
            requests.next()
    assert both[0].store.dump() == both[1].store.dump()
    both[1].close()


def _step(chance: random.Random) -> Any:
    """Return a random write, or a random read, of a store."""
    key, colour = chance.choice("abcdefgh"), chance.choice([None, "red", "blue", "zinc"])
    shape, kind = chance.choice([None, "o", "x"]), chance.random()
    if kind < 0.35:
        return lambda requests: put(requests, thing(key, colour, shape))
    if kind < 0.5:
        return lambda requests: requests.store.delete(THINGS, key)
    index = chance.choice(THINGS.indexes)
    group = shape if index.group else None
    if kind < 0.6:
        return lambda requests: requests.store.count(THINGS, index, group)
    options: dict[str, Any] = {"offset": chance.randint(0, 2)}
    options["limit"] = chance.choice([None, 0, 1, 3])
    options["descending"] = chance.random() < 0.5
    if index.order and chance.random() < 0.5:
        options["above"] = chance.choice(["blue", "red"])
    return lambda requests: keys(requests, index, group, **options)
