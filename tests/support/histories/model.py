"""What a correct server answers: the sessions of Zep, and the actions of histories on them.

A history is judged in parts: sessions whose ids begin alike (`trio7-1`, `trio7-2`) are one part, so
that an operation on several of them must take effect at one moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from tests.support.histories.operation import Operation

#: How many messages `recall` returns.
RECALLED = 4


class Row(NamedTuple):
    """What responses show of a session: its id, values that no other write has, and its end."""

    key: str
    made: str | None
    left: str | None
    right: str | None
    ended: bool


class Session(NamedTuple):
    """A session with the texts of its messages, oldest first."""

    row: Row
    texts: tuple[str, ...] = ()


#: The sessions of one part, by their keys.
State = tuple[Session, ...]
Sessions = Mapping[str, Session]


class Outcome(NamedTuple):
    """What an operation answers, and the sessions that it changes; None for one that is deleted."""

    status: int
    view: Any = None
    changes: Mapping[str, Session | None] = {}


def row_of(session: Mapping[str, Any]) -> Row:
    """Return what a session of a response shows."""
    of = (session["metadata"] or {}).get
    ended = session["ended_at"] is not None
    return Row(session["session_id"], of("made"), of("left"), of("right"), ended)


def step(state: State, operation: Operation) -> State | None:
    """Return the sessions after an operation; None if it cannot have its response (see `Step`)."""
    sessions = {session.row.key: session for session in state}
    outcome = _ACTIONS[operation.action](sessions, operation)
    if operation.end is not None and (operation.status, operation.view) != outcome[:2]:
        return None
    if outcome.changes:
        after = {**sessions, **outcome.changes}
        changed = tuple(sorted(session for session in after.values() if session is not None))
        if changed != state:
            return changed
    return None if operation.end is None else state


def _create(sessions: Sessions, operation: Operation) -> Outcome:
    (key,), (made,) = operation.keys, operation.values
    if key in sessions:
        return Outcome(400)
    row = Row(key, made, None, None, ended=False)
    return Outcome(201, row, {key: Session(row)})


def _get(sessions: Sessions, operation: Operation) -> Outcome:
    session = sessions.get(operation.keys[0])
    return Outcome(404) if session is None else Outcome(200, session.row)


def _change(sessions: Sessions, operation: Operation) -> Outcome:
    (key,), (name, value) = operation.keys, operation.values
    refused = _refusal(sessions, key)
    if refused is not None:
        return refused
    change: dict[str, Any] = {name: value}
    row = sessions[key].row._replace(**change)
    return Outcome(200, row, {key: sessions[key]._replace(row=row)})


def _end(sessions: Sessions, operation: Operation) -> Outcome:
    if any(key not in sessions for key in operation.keys):
        return Outcome(404)
    rows = tuple(sessions[key].row._replace(ended=True) for key in operation.keys)
    return Outcome(200, rows, {row.key: sessions[row.key]._replace(row=row) for row in rows})


def _delete(sessions: Sessions, operation: Operation) -> Outcome:
    key = operation.keys[0]
    return Outcome(200, None, {key: None}) if key in sessions else Outcome(404)


def _say(sessions: Sessions, operation: Operation) -> Outcome:
    key = operation.keys[0]
    refused = _refusal(sessions, key)
    if refused is not None:
        return refused
    texts = (*sessions[key].texts, *operation.values)
    return Outcome(200, None, {key: sessions[key]._replace(texts=texts)})


def _hear(sessions: Sessions, operation: Operation) -> Outcome:
    session = sessions.get(operation.keys[0])
    return Outcome(404) if session is None else Outcome(200, session.texts)


def _recall(sessions: Sessions, operation: Operation) -> Outcome:
    session = sessions.get(operation.keys[0])
    return Outcome(404) if session is None else Outcome(200, session.texts[-RECALLED:])


def _list(sessions: Sessions, operation: Operation) -> Outcome:
    return Outcome(200, tuple(sessions[key].row for key in operation.keys if key in sessions))


def _refusal(sessions: Sessions, key: str) -> Outcome | None:
    if key not in sessions:
        return Outcome(404)
    return Outcome(409) if sessions[key].row.ended else None


_ACTIONS: Mapping[str, Callable[[Sessions, Operation], Outcome]] = {
    "create": _create,
    "get": _get,
    "change": _change,
    "end": _end,
    "delete": _delete,
    "say": _say,
    "hear": _hear,
    "recall": _recall,
    "list": _list,
    "page": _list,
}


def part_of(key: str) -> str:
    """Return the name of the part that a session belongs to."""
    return key.partition("-")[0]


def parts(history: Sequence[Operation]) -> dict[str, list[Operation]]:
    """Return the operations of each part. Of a list, each part has the rows of its own sessions; of
    a page, only those sessions that it shows."""
    keys: dict[str, set[str]] = {}
    for operation in history:
        for key in (*operation.keys, *(row.key for row in _rows(operation))):
            keys.setdefault(part_of(key), set()).add(key)
    divided: dict[str, list[Operation]] = {name: [] for name in keys}
    for operation in filter(_matters(history), history):
        if operation.action not in ("list", "page"):
            divided[part_of(operation.keys[0])].append(operation)
            continue
        rows: dict[str, list[Row]] = {}
        for row in _rows(operation):
            rows.setdefault(part_of(row.key), []).append(row)
        for name in keys if operation.action == "list" else rows:
            shown = tuple(sorted(rows.get(name, ()), key=lambda row: row.key))
            known = keys[name] if operation.action == "list" else {row.key for row in shown}
            divided[name].append(_projected(operation, known, shown))
    return divided


def _rows(operation: Operation) -> tuple[Row, ...]:
    """Return the rows of a list or a page."""
    return operation.view or () if operation.action in ("list", "page") else ()


def _projected(operation: Operation, keys: Iterable[str], rows: tuple[Row, ...]) -> Operation:
    """Return what a list says about some sessions."""
    return Operation(
        operation.action,
        tuple(sorted(keys)),
        (),
        operation.begin,
        operation.end,
        operation.status,
        rows,
    )


def _matters(history: Iterable[Operation]) -> Callable[[Operation], bool]:
    """Return a filter without the operations of unknown response that explain nothing: reads, and
    writes of values that nobody has seen. The latter may have taken effect, but without them the
    other responses are explained as well; and there are many while a database is away."""
    seen = {value for operation in history for value in _values(operation.view)}

    def matters(operation: Operation) -> bool:
        if operation.end is not None or operation.action in ("end", "delete", "create"):
            return True
        return operation.action in ("change", "say") and not seen.isdisjoint(operation.values)

    return matters


def _values(view: Any) -> Iterable[str]:
    """Yield all texts of a view."""
    if isinstance(view, str):
        yield view
    elif isinstance(view, tuple):
        for part in view:
            yield from _values(part)
