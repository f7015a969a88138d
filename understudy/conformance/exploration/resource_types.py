"""Which ids are of one kind, by the names that a contract gives them: `userId` in a path, `user_id`
in a body and the `id` of what `/users` answers are all a "userid"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from inflection import singularize

from understudy.openapi.contract import Operation

_BARE = ("id", "uuid", "name")
_WRAPPERS = frozenset(("data", "result", "results", "response", "items", "rows"))
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def is_uuid(text: str) -> bool:
    """Whether a text has the form of a UUID."""
    return _UUID.fullmatch(text) is not None


def plain(name: str) -> str:
    """A name without its case and punctuation."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def kind_in_path(operation: Operation, name: str) -> str:
    """The kind of a path parameter; a bare `id` is one of what stands before it in the path."""
    bare = plain(name)
    if bare not in _BARE:
        return bare
    before = operation.path.partition("{" + name + "}")[0].rstrip("/").rpartition("/")[2]
    return _noun(before) + bare


def kind_of_field(name: str) -> str | None:
    """The kind of a field or query parameter, by its name; None where it is no id."""
    bare = plain(name)
    for ending in ("ids", "uuids"):
        if bare.endswith(ending) and bare != ending:
            return bare[:-1]
    known = bare.endswith(("id", "uuid")) and bare not in _BARE
    return bare if known else None


def names_an_id(name: str) -> bool:
    """Whether what a field holds is an id, by its name."""
    return plain(name).endswith(("id", "uuid", "ids", "uuids"))


def alike(one: str, other: str) -> bool:
    """Whether an id of one kind can stand for one of the other: a target user is a user."""
    return one.endswith(other) or other.endswith(one)


def ids_in(operation: Operation, answer: Any) -> dict[str, list[str]]:
    """The ids in an answer, by kind, each once, in their order."""
    found: dict[str, list[str]] = {}
    for kind, text in _ids(answer, _nouns_of_path(operation.path)):
        if text not in found.setdefault(kind, []):
            found[kind].append(text)
    return found


def kinds_told(operation: Operation) -> set[str]:
    """The kinds of the ids that it answers, by its path: /users tells of each "userid"."""
    return {noun + bare for noun in _nouns_of_path(operation.path)[-1:] for bare in ("id", "uuid")}


def _ids(value: Any, nouns: Sequence[str]) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for item in value:
            yield from _ids(item, nouns)
    elif isinstance(value, str):
        if is_uuid(value):  # an item of a list of ids
            for noun in nouns:
                yield f"{noun}uuid", value
                yield f"{noun}id", value
    elif isinstance(value, dict):
        for key, part in value.items():
            bare = plain(key)
            if isinstance(part, str):
                if bare in ("id", "uuid"):
                    yield from ((noun + bare, part) for noun in nouns)
                elif bare.endswith(("id", "uuid")) and part:
                    yield bare, part
            elif isinstance(part, dict | list):
                inner = nouns if key in _WRAPPERS or is_uuid(key) else [_noun(key)]
                yield from _ids(part, inner)


def _nouns_of_path(path: str) -> list[str]:
    """What a path is about: the words before its last parameter, or after it."""
    parts = [part for part in path.split("/") if part]
    while parts and parts[-1].startswith("{"):
        parts.pop()
    nouns: list[str] = []
    while parts and not parts[-1].startswith("{"):
        nouns.insert(0, _noun(parts.pop()))
    return nouns[-2:] or [""]


def _noun(word: str) -> str:
    return plain(str(singularize(word)))
