"""The memory store, beside what all stores do: its indexes, what it shares and packs, its cost."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from understudy.runtime.stores.memory_store import MemoryStore
from understudy.runtime.stores.store import Collection, Index

ADDED = Index()
BY_COLOUR = Index(order="colour")
OF_SHAPE = Index(group="shape")
OF_SHAPE_BY_COLOUR = Index(order="colour", group="shape")
THINGS = Collection("things", (ADDED, BY_COLOUR, OF_SHAPE, OF_SHAPE_BY_COLOUR))


def store_of(*things: tuple[str, str | None, str]) -> MemoryStore:
    """Return a store of things, each with a key, a colour and a shape."""
    store = MemoryStore()
    for key, colour, shape in things:
        store.put(THINGS, key, {"key": key, "colour": colour, "shape": shape})
    store.commit()
    return store


def keys(store: MemoryStore, index: Index, *arguments: object, **options: int | str) -> str:
    """Return the keys of a list as one word."""
    return "".join(r["key"] for r in store.list(THINGS, index, *arguments, **options))  # type: ignore[arg-type]


def test_missing_number_sorts_first() -> None:
    """Null and numbers are in one index, and a lower bound excludes null."""
    by_size = Index(order="size")
    boxes = Collection("boxes", (by_size,))
    store = MemoryStore()
    for name, size in (("a", 2), ("b", None), ("c", 1)):
        store.put(boxes, name, {"name": name, "size": size})
    assert [r["name"] for r in store.list(boxes, by_size)] == ["b", "c", "a"]
    assert [r["name"] for r in store.list(boxes, by_size, above=0, below=2)] == ["c"]


def test_replaced_record_keeps_its_place_of_insertion() -> None:
    """In other indexes it moves to the place of its new values."""
    store = store_of(("a", "red", "o"), ("b", "blue", "o"))
    store.put(THINGS, "a", {"key": "a", "colour": "amber", "shape": "x"})
    assert keys(store, ADDED) == "ab"
    assert keys(store, BY_COLOUR) == "ab"
    assert (keys(store, OF_SHAPE, "o"), keys(store, OF_SHAPE, "x")) == ("b", "a")
    assert store.count(THINGS, OF_SHAPE, "x") == 1


def test_pages_neither_lose_nor_repeat_records() -> None:
    """Pages have an offset and a limit, forwards, backwards, and beyond the end."""
    store = store_of(*((chr(97 + n), "red", "o") for n in range(10)))
    assert [keys(store, ADDED, offset=n, limit=4) for n in (0, 4, 8, 12)] == [
        "abcd",
        "efgh",
        "ij",
        "",
    ]
    pages = [keys(store, ADDED, descending=True, offset=n, limit=4) for n in (0, 4, 8, 12)]
    assert pages == ["jihg", "fedc", "ba", ""]


def test_bounds_are_strict() -> None:
    """`above` and `below` exclude the values that they name."""
    store = store_of(("a", "1", "o"), ("b", "2", "o"), ("c", "3", "o"), ("d", "4", "o"))
    assert keys(store, BY_COLOUR, above="1", below="4") == "bc"
    assert keys(store, BY_COLOUR, above="2", descending=True, limit=1) == "d"
    assert keys(store, BY_COLOUR, below="1") == ""


def test_random_changes_agree_with_a_plain_list() -> None:
    """After thousands of random changes, every index has the order of the sorted records."""
    rng = random.Random(1)
    store = MemoryStore()
    plain: dict[str, dict[str, str]] = {}
    for _ in range(5000):
        key = f"k{rng.randrange(200)}"
        if rng.random() < 0.3:
            assert store.delete(THINGS, key) == (plain.pop(key, None) is not None)
        else:
            plain[key] = {
                "key": key,
                "colour": rng.choice("rgb"),
                "shape": rng.choice("ox"),
            }
            store.put(THINGS, key, plain[key])
        if rng.random() < 0.5:
            store.commit()
    assert store.count(THINGS, ADDED) == len(plain)
    colours = [record["colour"] for record in store.list(THINGS, BY_COLOUR)]
    assert colours == sorted(record["colour"] for record in plain.values())
    for shape in "ox":
        expected = {key for key, record in plain.items() if record["shape"] == shape}
        assert {r["key"] for r in store.list(THINGS, OF_SHAPE, shape)} == expected


def test_index_is_the_same_whenever_it_is_first_used() -> None:
    """Indexes that are used before the first record and after the last one list the same, also in
    groups of thousands."""
    rng = random.Random(2)
    early, late = MemoryStore(), MemoryStore()
    for index in THINGS.indexes:
        assert early.list(THINGS, index) == []
    for _ in range(20_000):
        key = f"k{rng.randrange(9000)}"
        thing = {"key": key, "colour": rng.choice(("r", "g", None)), "shape": rng.choice("oooox")}
        keep = rng.random() < 0.8
        for store in (early, late):
            if keep:
                store.put(THINGS, key, thing)
            else:
                store.delete(THINGS, key)
    assert early.count(THINGS, OF_SHAPE, "o") > 4000
    for index in THINGS.indexes:
        for group in ("o", "x") if index.group else (None,):
            assert keys(early, index, group) == keys(late, index, group)
            page: dict[str, Any] = {"above": "g", "offset": 7, "limit": 5, "descending": True}
            if index.order:
                assert keys(early, index, group, **page) == keys(late, index, group, **page)


def test_list_that_grows_to_thousands_stays_complete() -> None:
    """Records that are added to a list that is in use are in it, in its order."""
    rng = random.Random(3)
    numbers = rng.sample(range(100_000), 22_000)
    store = store_of()
    assert store.list(THINGS, BY_COLOUR) == []
    for number in numbers:
        store.put(THINGS, str(number), {"key": str(number), "colour": number})
    assert [r["colour"] for r in store.list(THINGS, BY_COLOUR)] == sorted(numbers)
    last = store.list(THINGS, BY_COLOUR, descending=True, limit=2, below=50_000)
    assert [r["colour"] for r in last] == sorted(n for n in numbers if n < 50_000)[:-3:-1]
    for number in numbers[:3000]:
        store.delete(THINGS, str(number))
    assert [r["colour"] for r in store.list(THINGS, BY_COLOUR)] == sorted(numbers[3000:])


RECORD = {
    "whole": 2**70,
    "number": 1.0,
    "truth": True,
    "text": "\ud800 \u00e9",
    "nothing": None,
    "items": [[], {}, [{"deep": [0.1, -1]}]],
    "object": {"": "", "b": 1, "a": 2},
}


def test_record_that_was_not_used_for_long_is_the_same() -> None:
    """After thousands of others a record has the same values, types and order of fields, is listed
    by its indexes, and can be replaced and deleted."""
    store = MemoryStore()
    for number in range(5000):
        store.put(THINGS, f"k{number}", {"key": f"k{number}", "shape": f"{number % 9}", **RECORD})
    store.commit()
    expected = repr({"key": "k7", "shape": "7", **RECORD})
    assert repr(store.list(THINGS, OF_SHAPE, "7", limit=1)) == f"[{expected}]"
    assert repr(store.dump()["things"]["records"]["k7"]) == expected
    assert repr(store.get(THINGS, "k7")) == expected
    assert store.delete(THINGS, "k16")
    store.put(THINGS, "k25", {"key": "k25"})
    assert store.list(THINGS, OF_SHAPE, "7", limit=2)[1]["key"] == "k34"
    store.rollback()
    assert [r["key"] for r in store.list(THINGS, OF_SHAPE, "7", limit=3)] == ["k7", "k16", "k25"]
    assert repr(store.get(THINGS, "k16")) == expected.replace("k7", "k16")


def test_shared_records_are_copied_with_their_indexes() -> None:
    """What one of two stores writes is not in the lists of the other one."""
    store = store_of(("a", "red", "o"), ("b", "blue", "o"))
    assert keys(store, BY_COLOUR) == "ba"
    other = store.share()
    other.put(THINGS, "c", {"key": "c", "colour": "green", "shape": "o"})
    other.delete(THINGS, "a")
    assert (keys(store, BY_COLOUR), keys(store, OF_SHAPE, "o")) == ("ba", "ab")
    assert (keys(other, BY_COLOUR), keys(other, OF_SHAPE, "o")) == ("bc", "bc")
    assert (store.size(), other.size()) == (2, 2)


def test_values_that_cannot_be_sorted_fail_in_their_lists_only() -> None:
    """A text beside a number raises TypeError in a list by them, until one of them is gone."""
    store = store_of(("a", "red", "o"), ("b", "blue", "o"))
    assert keys(store, BY_COLOUR) == "ba"
    store.put(THINGS, "c", {"key": "c", "colour": 1, "shape": "o"})
    assert keys(store, OF_SHAPE, "o") == "abc"
    with pytest.raises(TypeError):
        store.list(THINGS, BY_COLOUR)
    store.rollback()
    assert keys(store, BY_COLOUR) == "ba"


def test_record_that_was_changed_in_its_place_does_not_damage_indexes() -> None:
    """Lists are right again when the record is replaced or deleted."""
    store = store_of(("a", "red", "o"), ("b", "blue", "o"), ("c", "green", "o"))
    assert keys(store, BY_COLOUR) == "bca"
    changed = store.get(THINGS, "a")
    assert isinstance(changed, dict)
    changed["colour"] = "black"
    store.delete(THINGS, "a")
    assert keys(store, BY_COLOUR) == "bc"


def test_unknown_index_is_an_error() -> None:
    """Only the indexes of the collection list it."""
    with pytest.raises(KeyError, match="things has no index"):
        store_of().list(THINGS, Index(order="size"))


class Text(str):
    """A text whose comparisons are steps of Python, which can be counted."""

    __slots__ = ()

    def __lt__(self, other: str) -> bool:
        return str.__lt__(self, other)


def steps_of(action: Callable[[], object]) -> int:
    """Return how many bytecode instructions an action executes: its cost on any machine."""
    steps = 0

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal steps
        frame.f_trace_opcodes = True
        steps += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        action()
    finally:
        sys.settrace(before)
    return steps


def test_page_does_not_cost_the_whole_list() -> None:
    """A page of 50,000 records takes less than five times the steps of a page of 500 records, once
    the index has been made."""

    def page_steps(size: int) -> int:
        store = store_of(*((f"k{n}", Text(f"{n:06}"), "o") for n in range(size)))
        assert store.count(THINGS, BY_COLOUR) == size

        def list_pages() -> None:
            middle = size // 2
            assert len(store.list(THINGS, BY_COLOUR, offset=middle, limit=10)) == 10
            assert len(store.list(THINGS, BY_COLOUR, above=f"{middle:06}", limit=10)) == 10

        return steps_of(list_pages)

    assert page_steps(50_000) < 5 * page_steps(500)
