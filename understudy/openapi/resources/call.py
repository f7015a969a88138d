"""A call of an operation: its arguments, and which of them come from responses to earlier calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from understudy.openapi.examples.request_example import (
    body_example,
    parameter_value,
    sent_parameters,
)
from understudy.openapi.operation import MediaType, Operation

#: Stands for a value that is not there.
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Arguments:
    """The values of a request: those of parameters by their names, and of the body, which is in a
    media type (None without a body)."""

    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    header: Mapping[str, Any] = field(default_factory=dict)
    cookie: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    media: MediaType | None = None

    def parameters(self, where: str) -> Mapping[str, Any]:
        """Return the values of the parameters in the path, query, header or cookie."""
        places = {"path": self.path, "query": self.query, "header": self.header}
        return places.get(where, self.cookie)

    def with_value(self, part: str, name: str, value: Any) -> Arguments:
        """Return these arguments with another value of a parameter, or of the body at a JSON
        pointer (the `name`)."""
        if part == "body":
            return replace(self, body=_replaced(self.body, name.split("/")[1:], value))
        values = {**self.parameters(part), name: value}
        if part == "path":
            return replace(self, path=values)
        if part == "query":
            return replace(self, query=values)
        return replace(self, header=values) if part == "header" else replace(self, cookie=values)


@dataclass(frozen=True, slots=True)
class TakenValue:
    """A value of a call that the response to an earlier call has.

    It goes into a `part` of the request ("path", "query", "header", "cookie" or "body"): into the
    parameter of a `name`, or the place of the body to which this JSON pointer points. `call` is the
    number of the earlier call, from 0; `pointers` lead to the value in the JSON of its response,
    and the first that leads to one counts. If none does, the value stays as it is.
    """

    part: str
    name: str
    call: int
    pointers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A call of an operation, with example values in the place of those that are `taken` from the
    responses to earlier calls. `makes` names what it is for, such as "session support-4711"."""

    operation: Operation
    arguments: Arguments
    taken: tuple[TakenValue, ...] = ()
    makes: str = field(default="", compare=False)

    def filled(self, responses: Sequence[Any]) -> Arguments:
        """Return the arguments with the values from the responses (as JSON) to the earlier
        calls."""
        arguments = self.arguments
        for taken in self.taken:
            response = responses[taken.call] if taken.call < len(responses) else None
            for pointer in taken.pointers:
                value = value_at(response, pointer)
                if isinstance(value, str | int | list):
                    arguments = arguments.with_value(taken.part, taken.name, value)
                    break
        return arguments


def example_arguments(operation: Operation) -> Arguments:
    """Return the arguments of the example request of an operation."""
    values: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}, "cookie": {}}
    for parameter in sent_parameters(operation):
        value = parameter_value(operation, parameter)
        if value is not None and parameter.where in values:
            values[parameter.where][parameter.name] = value
    body = operation.body
    media = body.preferred if body and body.media else None
    example = None if media is None else body_example(operation, media)
    return Arguments(**values, body=example, media=media)


def value_at(value: Any, pointer: str) -> Any:
    """Return the value to which a JSON pointer points in a value; None if there is none."""
    for step in pointer.split("/")[1:]:
        value = _child(value, step)
    return None if value is _ABSENT else value


def pointer_of(expression: Any) -> str | None:
    """Return the JSON pointer of a runtime expression for a part of a response's body; None if it
    is another expression, or none."""
    start, separator, pointer = str(expression).partition("#")
    is_body = start == "$response.body" and separator and pointer.startswith("/")
    return pointer if is_body else None


def _child(value: Any, step: str) -> Any:
    name = step.replace("~1", "/").replace("~0", "~")
    if isinstance(value, dict):
        return value.get(name, _ABSENT)
    if isinstance(value, list) and name.isascii() and name.isdigit() and int(name) < len(value):
        return value[int(name)]
    return _ABSENT


def _replaced(value: Any, steps: Sequence[str], new: Any) -> Any:
    """Return a value with another one at the end of these steps, if there is a place for it."""
    if not steps:
        return new
    name = steps[0].replace("~1", "/").replace("~0", "~")
    child = _child(value, steps[0])
    if isinstance(value, dict) and (child is not _ABSENT or len(steps) == 1):
        return {**value, name: _replaced(child, steps[1:], new)}
    if isinstance(value, list) and child is not _ABSENT:
        number = int(name)
        return [*value[:number], _replaced(child, steps[1:], new), *value[number + 1 :]]
    return value
