"""What tests can have an API do: `ACTIONS` of its handlers package, functions by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from inspect import Parameter, cleandoc, iscoroutinefunction, signature
from typing import Any, get_type_hints

import msgspec

from understudy.errors import Invalid, UsageError, Violation
from understudy.openapi.document import escape
from understudy.openapi.schemas.schema_validator import SchemaValidator
from understudy.runtime.world import World
from understudy.serving.handlers_package.settings import value_validator, value_violations
from understudy.suggestions import hint

#: Where the arguments are in the body of a call.
_PLACE = "/arguments"


class Action:
    """A function `(world, *, arguments) -> JSON value` that tests call by the control API.

    The arguments are checked and converted by their annotations. Raises UsageError if the function
    cannot be called so.
    """

    def __init__(self, api: str, name: str, function: Callable[..., Any]) -> None:
        self.name = name
        self._function = function
        parameters = list(signature(function).parameters.values()) if callable(function) else []
        self._parameters = {parameter.name: parameter for parameter in parameters[1:]}
        is_typed = all(map(_is_keyword_with_type, self._parameters.values()))
        if not parameters or not is_typed or iscoroutinefunction(function):
            raise UsageError(
                f"{api}: the action {name} must be a plain function (world, *, ...) whose other "
                "arguments are keyword-only and annotated"
            )

    @property
    def summary(self) -> str:
        """The first line of the docstring."""
        return cleandoc(self._function.__doc__ or "").partition("\n")[0]

    @cached_property
    def _struct(self) -> type[msgspec.Struct]:
        hints = get_type_hints(self._function, include_extras=True)
        fields: list[Any] = [
            (name, hints[name], *(() if p.default is Parameter.empty else (p.default,)))
            for name, p in self._parameters.items()
        ]
        return msgspec.defstruct(self.name, fields, kw_only=True, forbid_unknown_fields=True)

    @cached_property
    def arguments(self) -> dict[str, Any]:
        """The JSON Schema of the arguments."""
        return msgspec.json.schema(self._struct)

    @cached_property
    def _validator(self) -> SchemaValidator:
        return value_validator(self.arguments)

    def call(self, world: World, arguments: Mapping[str, Any]) -> Any:
        """Call the function. Raises Invalid for arguments that do not fit, and what it raises."""
        violations = list(self._violations(arguments))
        if violations:
            raise Invalid(violations)
        try:
            converted = msgspec.convert(arguments, self._struct)
        except msgspec.ValidationError as error:
            raise Invalid([Violation("body", _PLACE, str(error))]) from None
        return self._function(world, **{name: getattr(converted, name) for name in arguments})

    def _violations(self, arguments: Mapping[str, Any]) -> Iterator[Violation]:
        for name in (name for name in arguments if name not in self._parameters):
            message = f"{self.name} has no argument {name!r}{hint(name, self._parameters)}"
            yield Violation("body", f"{_PLACE}/{escape(name)}", message)
        given = {name: value for name, value in arguments.items() if name in self._parameters}
        yield from value_violations(self._validator, given, _PLACE)


def _is_keyword_with_type(parameter: Parameter) -> bool:
    is_annotated = parameter.annotation is not Parameter.empty
    return parameter.kind is Parameter.KEYWORD_ONLY and is_annotated


def actions_of(api: str, package: Any) -> dict[str, Action]:
    """Return the actions that a handlers package defines, by name. Raises UsageError."""
    functions: Mapping[str, Callable[..., Any]] = getattr(package, "ACTIONS", {})
    return {name: Action(api, name, function) for name, function in functions.items()}
