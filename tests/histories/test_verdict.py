"""The verdict over histories of sessions: what a wrong server would do is planted, and found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.support.histories.model import Row, Session, parts, step
from tests.support.histories.operation import Operation
from tests.support.histories.verdict import violations


def row(key: str, left: str | None = None, right: str | None = None, *, ended: bool = False) -> Row:
    """Return a session as responses show it; `made` is its key."""
    return Row(key, key, left, right, ended)


def history(*done: tuple[Any, ...]) -> list[Operation]:
    """Return operations one after the other: action, keys, values, status, view and body."""
    return [
        Operation(action, tuple(keys.split()), values, 10 * number, 10 * number + 5, status, *shown)
        for number, (action, keys, values, status, *shown) in enumerate(done, 1)
    ]


def create(key: str, number: int = 1) -> tuple[Any, ...]:
    """Return a creation of a session, which has a number."""
    return ("create", key, (key,), 201, row(key), {"id": number})


def listed(*rows: Row) -> tuple[Any, ...]:
    """Return a list of all sessions."""
    sessions = [{"id": number} for number, _ in enumerate(rows, 1)]
    return ("list", "", (), 200, rows, {"sessions": sessions})


CREATED = create("a")
GREETED = ("say", "a", ("hello", "world"), 200)
CHANGED = ("change", "a", ("left", "x"), 200, row("a", "x"))
PAIR = (create("p-1", 1), create("p-2", 2))
PAIR_ENDED = ("end", "p-1 p-2", (), 200, (row("p-1", ended=True), row("p-2", ended=True)))

CORRECT: dict[str, tuple[tuple[Any, ...], ...]] = {
    "nothing": (),
    "life": (
        CREATED,
        ("create", "a", ("other",), 400),
        CHANGED,
        ("change", "a", ("right", "y"), 200, row("a", "x", "y")),
        GREETED,
        ("hear", "a", (), 200, ("hello", "world")),
        ("recall", "a", (), 200, ("hello", "world")),
        ("end", "a", (), 200, (row("a", "x", "y", ended=True),)),
        ("change", "a", ("left", "z"), 409),
        ("say", "a", ("late",), 409),
        ("get", "a", (), 200, row("a", "x", "y", ended=True)),
        listed(row("a", "x", "y", ended=True)),
        ("delete", "a", (), 200),
        *((action, "a", (), 404) for action in ("get", "hear", "recall", "delete", "end")),
        ("change", "a", ("left", "z"), 404),
        ("say", "a", ("late",), 404),
        listed(),
    ),
    "end of both": (*PAIR, PAIR_ENDED, ("get", "p-1", (), 200, row("p-1", ended=True))),
    "end of an unknown one": (
        PAIR[0],
        ("end", "p-1 p-2", (), 404),
        ("get", "p-1", (), 200, row("p-1")),
    ),
}

PLANTED: dict[str, tuple[tuple[Any, ...], ...]] = {
    "lost update": (CREATED, CHANGED, ("change", "a", ("right", "y"), 200, row("a", None, "y"))),
    "stale read": (CREATED, CHANGED, ("get", "a", (), 200, row("a"))),
    "stale list": (CREATED, CHANGED, listed(row("a"))),
    "missing in a list": (CREATED, listed()),
    "deleted, but listed": (CREATED, ("delete", "a", (), 200), listed(row("a"))),
    "twice in a list": (CREATED, listed(row("a"), row("a", "x"))),
    "listed, but never added": (listed(row("a")),),
    "added twice": (CREATED, create("a", 2)),
    "deleted twice": (CREATED, ("delete", "a", (), 200), ("delete", "a", (), 200)),
    "double insertion": (CREATED, GREETED, ("hear", "a", (), 200, ("hello", "world") * 2)),
    "half of the messages": (CREATED, GREETED, ("hear", "a", (), 200, ("hello",))),
    "messages in disorder": (CREATED, GREETED, ("recall", "a", (), 200, ("world", "hello"))),
    "messages of a deleted one": (
        *(CREATED, GREETED, ("delete", "a", (), 200), CREATED),
        ("hear", "a", (), 200, ("hello", "world")),
    ),
    "written after the end": (
        *(CREATED, ("end", "a", (), 200, (row("a", ended=True),))),
        ("change", "a", ("left", "x"), 200, row("a", "x", ended=True)),
    ),
    "half of an end in a list": (*PAIR, PAIR_ENDED, listed(row("p-1", ended=True), row("p-2"))),
    "refused end that was half done": (
        PAIR[0],
        ("end", "p-1 p-2", (), 404),
        ("get", "p-1", (), 200, row("p-1", ended=True)),
    ),
    "error": (("get", "a", (), 500, None, {"message": "internal error"}),),
}


@pytest.mark.parametrize("name", CORRECT)
def test_correct_history_has_no_violations(name: str) -> None:
    """What a correct server does is accepted."""
    assert violations(history(*CORRECT[name])) == []


@pytest.mark.parametrize("name", PLANTED)
def test_planted_violation_is_found(name: str) -> None:
    """What no correct server does is found, in the last response at the latest."""
    assert violations(history(*PLANTED[name]))


def test_end_of_several_is_one_moment() -> None:
    """While it is not answered, and even if it never is, all readers see it whole or not at all."""
    before, after = row("p-1"), row("p-1", ended=True)
    first, second = history(*PAIR)
    ending = Operation("end", ("p-1", "p-2"), (), 30, None)
    other = Operation("get", ("p-2",), (), 50, 51, 200, row("p-2"))

    def read(seen: Row) -> Sequence[Operation]:
        return [first, second, ending, Operation("get", ("p-1",), (), 40, 41, 200, seen), other]

    assert violations(read(before)) == []
    assert len(violations(read(after))) == 1


def test_unknown_write_is_whole() -> None:
    """Messages whose addition was not answered are all there, or none of them."""
    said = Operation("say", ("a",), ("hello", "world"), 20, None)
    for texts, count in (((), 0), (("hello", "world"), 0), (("hello",), 1)):
        heard = Operation("hear", ("a",), (), 30, 31, 200, texts)
        assert len(violations([*history(CREATED), said, heard])) == count


def test_page_proves_what_it_shows() -> None:
    """A page must have sessions as they are; those that it does not show may be on another one."""

    def page(*rows: Row, total: int = 2) -> tuple[Any, ...]:
        return ("page", "", (1, 1, True), 200, rows, {"total_count": total})

    assert violations(history(*PAIR, page(row("p-1")))) == []
    assert len(violations(history(*PAIR, page(row("p-1", "x"))))) == 1
    assert len(violations(history(*PAIR, page()))) == 1
    assert len(violations(history(*PAIR, page(row("p-1"), row("p-2"))))) == 1


def test_unknown_operations_that_explain_nothing_are_left_out() -> None:
    """Reads, and writes of values that nobody has seen, make no work where they are unknown."""
    unknown = [
        Operation("get", ("a",), (), 20),
        Operation("change", ("a",), ("left", "unseen"), 20),
        Operation("change", ("a",), ("left", "x"), 20),
        Operation("delete", ("a",), (), 20),
    ]
    seen = Operation("get", ("a",), (), 30, 31, 200, row("a", "x"))
    assert parts([*unknown, seen])["a"] == [*unknown[2:], seen]


def test_state_of_model_is_what_was_written() -> None:
    """The model keeps the sessions of a part by their keys, with their messages."""
    state: tuple[Session, ...] | None = ()
    for operation in history(*PAIR, ("say", "p-1", ("hello",), 200)):
        assert state is not None
        state = step(state, operation)
    assert state == (Session(row("p-1"), ("hello",)), Session(row("p-2")))
