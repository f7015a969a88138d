"""The schema of a character, with the messages of the library (Zod) that the server uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any

from ..validation import is_uuid

_CHANNEL_TYPES = ("SELF", "DM", "GROUP", "VOICE_DM", "VOICE_GROUP", "FEED", "THREAD", "WORLD")
_ABSENT = object()
#: How many errors, and how many unknown names, are told; the server tells all.
_MOST_ERRORS = 100

#: Yields what is wrong with the value at a place.
Check = Callable[[str, Any], Iterator[str]]


def _kind(value: Any) -> str:
    """Return the name of a value's type."""
    if value is _ABSENT:
        return "undefined"
    if value is None:
        return "null"
    kinds = {bool: "boolean", str: "string", list: "array", dict: "object"}
    return kinds.get(type(value), "number")


def _is(kind: str, at: str, value: Any) -> Iterator[str]:
    if _kind(value) != kind:
        yield f"{at}: Invalid input: expected {kind}, received {_kind(value)}"


def _uuid(at: str, value: Any) -> Iterator[str]:
    yield from _is("string", at, value)
    if isinstance(value, str) and not is_uuid(value):
        yield f"{at}: Invalid UUID format"


def _name(at: str, value: Any) -> Iterator[str]:
    yield from _is("string", at, value)
    if value == "":
        yield f"{at}: Character name is required"


def _channel_type(at: str, value: Any) -> Iterator[str]:
    options = (*_CHANNEL_TYPES, "FORUM", "API")
    if value not in options:
        listed = "|".join(f'"{option}"' for option in options)
        yield f"{at}: Invalid option: expected one of {listed}"


def _either(*checks: Check) -> Check:
    """Return a check that passes if one of several does; its message does not say why."""

    def check(at: str, value: Any) -> Iterator[str]:
        if all(any(check_(at, value)) for check_ in checks):
            yield f"{at}: Invalid input"

    return check


def _each(item_check: Check) -> Check:
    def check(at: str, value: Any) -> Iterator[str]:
        yield from _is("array", at, value)
        for number, item_value in enumerate(value if isinstance(value, list) else ()):
            yield from item_check(f"{at}.{number}", item_value)

    return check


def _record(item_check: Check) -> Check:
    def check(at: str, value: Any) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{at}: Invalid input: expected record, received {_kind(value)}"
            return
        for name, item_value in value.items():
            yield from item_check(f"{at}.{name}", item_value)

    return check


def _shape(required: dict[str, Check], optional: dict[str, Check]) -> Check:
    def check(at: str, value: Any) -> Iterator[str]:
        yield from _is("object", at, value)
        if isinstance(value, dict):
            for name, field_check in {**required, **optional}.items():
                if name in value or name in required:
                    yield from field_check(f"{at}.{name}", value.get(name, _ABSENT))

    return check


_text: Check = partial(_is, "string")
_boolean: Check = partial(_is, "boolean")
_number: Check = partial(_is, "number")
_texts = _each(_text)

_MEDIUM = _shape(
    {"id": _text, "url": _text},
    dict.fromkeys(("title", "source", "description", "text"), _text),
)
_CONTENT = _shape(
    {},
    {
        **dict.fromkeys(("text", "thought"), _text),
        **dict.fromkeys(("actions", "providers"), _texts),
        **dict.fromkeys(("source", "target", "url"), _text),
        "inReplyTo": _uuid,
        "attachments": _each(_MEDIUM),
        "channelType": _channel_type,
    },
)
STYLE_FIELDS = dict.fromkeys(("all", "chat", "post"), _texts)
_SETTING = _either(_text, _boolean, _number, partial(_is, "object"), partial(_is, "array"))

#: The fields of a character, in the order in which the server checks them.
FIELDS: dict[str, Check] = {
    "id": _uuid,
    "name": _name,
    "username": _text,
    "system": _text,
    "templates": _record(_either(_text)),
    "bio": _either(_text, _texts),
    "messageExamples": _each(_each(_shape({"name": _text, "content": _CONTENT}, {}))),
    "postExamples": _texts,
    "topics": _texts,
    "adjectives": _texts,
    "knowledge": _each(
        _either(
            _text,
            _shape({"path": _text}, {"shared": _boolean}),
            _shape({"directory": _text}, {"shared": _boolean}),
        )
    ),
    "plugins": _texts,
    "settings": _record(_SETTING),
    "secrets": _record(_either(_text, _boolean, _number)),
    "style": _shape({}, STYLE_FIELDS),
}


def schema_errors(character: Any) -> str:
    """Return what is wrong with a character, joined: the first errors; empty if it is valid."""
    return "; ".join(islice(_errors(character), _MOST_ERRORS))


def _errors(character: Any) -> Iterator[str]:
    yield from _is("object", "", character)
    if isinstance(character, dict):
        for name, check in FIELDS.items():
            if name in character or name in ("name", "bio"):
                yield from check(name, character.get(name, _ABSENT))
        unknown = (name for name in character if name not in FIELDS)
        yield from _unknown(list(islice(unknown, _MOST_ERRORS)))


def _unknown(names: list[str]) -> Iterator[str]:
    if names:
        listed = ", ".join(f'"{name}"' for name in names)
        yield f": Unrecognized key{'s' * (len(names) > 1)}: {listed}"
