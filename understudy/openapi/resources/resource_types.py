"""The type of the resource that an id belongs to, by the names in a contract: `userId` in a path,
`user_id` in a body and the `id` of what `/users` returns all have the type "userid"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from inflection import singularize

from understudy.openapi.operation import Operation

#: Names that do not say which resource they identify.
BARE = ("id", "uuid", "name")
#: Fields that wrap a response, and are not resources themselves.
WRAPPERS = frozenset(("data", "result", "results", "response", "items", "rows"))
#: Levels of a response below which there are no ids of what it is about.
_DEEPEST = 4
#: A word of a name such as `documentUUID` or `source_node`.
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def is_uuid(text: str) -> bool:
    """Return whether a text is a UUID."""
    return _UUID.fullmatch(text) is not None


def type_of_path_parameter(operation: Operation, name: str) -> str:
    """Return the resource type of a path parameter of an operation."""
    return type_of_parameter(operation.path, name)


def type_of_parameter(path: str, name: str) -> str:
    """Return the resource type of a parameter of a path.

    A bare `id` identifies what stands before it in the path.
    """
    plain_name = plain(name)
    if plain_name not in BARE:
        return plain_name
    segment = path.partition("{" + name + "}")[0].rstrip("/").rpartition("/")[2]
    return noun(segment) + plain_name


def type_of_field(name: str) -> str | None:
    """Return the resource type of a field or query parameter, by its name; None if it is no id."""
    plain_name = plain(name)
    for ending in ("ids", "uuids"):
        if plain_name.endswith(ending) and plain_name != ending:
            return plain_name[:-1]
    is_id = plain_name.endswith(("id", "uuid")) and plain_name not in BARE
    return plain_name if is_id else None


def is_id_name(name: str) -> bool:
    """Return whether a field holds an id or ids, by its name."""
    return plain(name).endswith(("id", "uuid", "ids", "uuids"))


def compatible(left: str, right: str) -> bool:
    """Return whether an id of one type can stand for one of the other: a target user is a user."""
    return left.endswith(right) or right.endswith(left)


def any_compatible(some: Sequence[str], others: Sequence[str]) -> bool:
    """Return whether a type of the first group is compatible with one of the second."""
    return any(compatible(left, right) for left in some for right in others)


def ids_in(operation: Operation, value: Any) -> dict[str, list[str]]:
    """Return the ids in a response, by resource type, each once, in their order."""
    ids: dict[str, list[str]] = {}
    for resource_type, text in _ids(value, nouns_of_path(operation.path)):
        if text not in ids.setdefault(resource_type, []):
            ids[resource_type].append(text)
    return ids


def resources_in(path: str, value: Any, known: Collection[str]) -> Iterator[dict[str, Any]]:
    """Yield the ids of each object in a request or response, by those resource types that are
    known. An id is a text or a number, in a field that is named as the type, or bare."""
    yield from _resources(value, nouns_of_path(path), known, 0)


def returned_types(operation: Operation) -> set[str]:
    """Return the types of the ids that an operation returns, by its path: /users has "userid"."""
    return {each + bare for each in nouns_of_path(operation.path)[-1:] for bare in ("id", "uuid")}


def _resources(
    value: Any, nouns: Sequence[str], known: Collection[str], depth: int
) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _resources(item, nouns, known, depth)
    elif isinstance(value, dict):
        ids: dict[str, Any] = {}
        for prefix in ("", *nouns):  # a user's `user_id` comes before its `id`
            for name, part in value.items():
                resource_type = prefix + plain(name)
                if resource_type in known and _is_id(part):
                    ids.setdefault(resource_type, part)
        if ids:
            yield ids
        for name, part in value.items():
            if isinstance(part, dict | list):
                inner = nouns if name in WRAPPERS or is_uuid(name) else [noun(name)]
                yield from _resources(part, inner, known, depth + 1)


def _is_id(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""


def _ids(value: Any, nouns: Sequence[str]) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for item in value:
            yield from _ids(item, nouns)
    elif isinstance(value, str):
        if is_uuid(value):  # an item of a list of ids
            for each in nouns:
                yield f"{each}uuid", value
                yield f"{each}id", value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _ids_of_field(name, part, nouns)


def _ids_of_field(name: str, value: Any, nouns: Sequence[str]) -> Iterator[tuple[str, str]]:
    plain_name = plain(name)
    if isinstance(value, str):
        if plain_name in ("id", "uuid"):
            yield from ((each + plain_name, value) for each in nouns)
        elif plain_name.endswith(("id", "uuid")) and value:
            yield plain_name, value
    elif isinstance(value, dict | list):
        inner = nouns if name in WRAPPERS or is_uuid(name) else [noun(name)]
        yield from _ids(value, inner)


def nouns_of_path(path: str) -> list[str]:
    """Return the last two nouns before the last parameter of a path, or after it."""
    parts = [part for part in path.split("/") if part]
    while parts and parts[-1].startswith("{"):
        parts.pop()
    nouns: list[str] = []
    while parts and not parts[-1].startswith("{"):
        nouns.insert(0, noun(parts.pop()))
    return nouns[-2:] or [""]


def noun(word: str) -> str:
    """Return a word of a path or a field, such as `users`, as the start of a type: "user"."""
    return plain(str(singularize(word)))


def plain(name: str) -> str:
    """Return a name in lower case, without punctuation."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def words_for(name: str, above: str = "") -> str:
    """Return what people call the resource that an id identifies, by the name of its field, or by
    that of what stands above it: "message server" for `messageServerId`."""
    words = [word.lower() for word in _WORD.findall(name)]
    if words and words[-1] in (*BARE, "ids", "uuids", "names"):
        words.pop()
    if words or not above:
        return " ".join(words) or "record"
    *start, last = _WORD.findall(above.lower()) or ["record"]
    return " ".join([*start, str(singularize(last))])
