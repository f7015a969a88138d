"""Calls of Python clients: path parameters first, all else by keywords, in snake_case."""

from __future__ import annotations

import keyword
from typing import Any

import inflection

from understudy.code_samples.clients.method_call import (
    Argument,
    MethodCall,
    fields_of,
    items_of,
    type_of,
)
from understudy.code_samples.literals import PYTHON

#: Names that generated clients do not use as they are, beside Python's keywords.
_RESERVED = frozenset({"uuid", "self"})


class PythonCall:
    """The code of a call; `types` are those that it names."""

    def __init__(self, call: MethodCall) -> None:
        self._document = call.document
        self.types: dict[str, None] = {}
        self.code = call.filled(self._value)
        if not call.code:
            items = [self._argument(argument) for argument in call.positional]
            items += [self._keyword(argument, 1) for argument in call.named]
            if call.whole is not None:
                items.append(f"request={self._value(call.whole.value, call.whole.schema, 1)}")
            self.code = PYTHON.group(f"client.{call.method}(", ")", items, 0)

    def _argument(self, argument: Argument) -> str:
        return self._value(argument.value, argument.schema, 1)

    def _keyword(self, argument: Argument, level: int) -> str:
        return f"{_name(argument.name)}={self._value(argument.value, argument.schema, level)}"

    def _value(self, value: Any, schema: Any, level: int) -> str:
        if isinstance(value, list):
            inner = items_of(self._document, schema)
            items = [self._value(item, inner, level + 1) for item in value]
            return PYTHON.group("[", "]", items, level)
        if isinstance(value, bytes):
            return repr(value)
        name = type_of(self._document, schema, "python")
        if not isinstance(value, dict) or not name:
            return PYTHON.value(value, level)
        self.types.setdefault(name)
        fields = fields_of(self._document, schema, value)
        items = [self._keyword(field, level + 1) for field in fields]
        return PYTHON.group(f"{name}(", ")", items, level)


def _name(name: str) -> str:
    snake = inflection.underscore(name)
    return f"{snake}_" if keyword.iskeyword(snake) or snake in _RESERVED else snake
