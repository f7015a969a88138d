"""Calls of TypeScript clients: path parameters first, then an object with the rest in camelCase."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import inflection

from understudy.code_samples.clients.method_call import (
    Argument,
    MethodCall,
    fields_of,
    items_of,
    properties_of,
)
from understudy.code_samples.literals import TYPESCRIPT


class TypescriptCall:
    """The code of a call; with `keeps_names`, fields have the names of the document."""

    def __init__(self, call: MethodCall, *, keeps_names: bool) -> None:
        self._keeps_names = keeps_names
        self._document = call.document
        self.code = call.filled(self._value)
        if not call.code:
            items = [self._argument(argument) for argument in call.positional]
            if call.named:
                items.append(self._object(call.named, 0))
            if call.whole is not None:
                items.append(self._argument(call.whole))
            self.code = f"client.{call.method}({', '.join(items)})"

    def _argument(self, argument: Argument) -> str:
        return self._value(argument.value, argument.schema, 0)

    def _object(self, fields: Sequence[Argument], level: int) -> str:
        items = [
            f"{self._key(field)}: {self._value(field.value, field.schema, level + 1)}"
            for field in fields
        ]
        return TYPESCRIPT.group("{ ", " }", items, level)

    def _key(self, field: Argument) -> str:
        """Return a field's key; what no schema names, such as metadata, keeps its name."""
        named = field.schema is not None and not self._keeps_names
        return TYPESCRIPT.key(camel_case(field.name) if named else field.name)

    def _value(self, value: Any, schema: Any, level: int) -> str:
        if isinstance(value, bytes):
            return f'Uint8Array.from(atob("{b64encode(value).decode()}"), c => c.charCodeAt(0))'
        if isinstance(value, list):
            inner = items_of(self._document, schema)
            items = [self._value(item, inner, level + 1) for item in value]
            return TYPESCRIPT.group("[", "]", items, level)
        if isinstance(value, dict) and properties_of(self._document, schema):
            return self._object(fields_of(self._document, schema, value), level)
        return TYPESCRIPT.value(value, level)


def camel_case(name: str) -> str:
    """Return a name in camelCase; one that has no underscores stays as it is."""
    return inflection.camelize(name, uppercase_first_letter=False) if "_" in name else name
