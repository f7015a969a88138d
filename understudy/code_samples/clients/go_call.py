"""Calls of Go clients: the context, path parameters, then a pointer to a struct with all else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from understudy.code_samples.clients.method_call import (
    Argument,
    MethodCall,
    fields_of,
    items_of,
    type_of,
)
from understudy.code_samples.literals import GO
from understudy.openapi.schemas.schema import types

#: Words that names in Go have in capitals.
_INITIALISMS = frozenset(
    [
        *("acl", "api", "ascii", "cpu", "css", "dns", "eof", "guid", "html", "http", "https", "id"),
        *("ip", "json", "qps", "ram", "rpc", "sla", "smtp", "sql", "ssh", "tcp", "tls", "ttl"),
        *("udp", "ui", "uid", "uri", "url", "utf8", "uuid", "vm", "xml", "xsrf", "xss"),
    ]
)
#: Words that names in Go have in capitals, but for the last letter.
_PLURALS = {f"{word}s": f"{word.upper()}s" for word in _INITIALISMS}

_SCALARS = {"string": "string", "integer": "int", "number": "float64", "boolean": "bool"}


class GoCall:
    """The code of a call; `packages` are those of its types, by name: that of types without a
    package is the first. `imports` are of the packages that the code uses."""

    def __init__(self, call: MethodCall, packages: Mapping[str, Any]) -> None:
        self._document = call.document
        self._packages = packages
        self.code = call.filled(self._value)
        if not call.code:
            items = ["context.Background()", *map(self._argument, call.positional)]
            if call.request:
                items.append("&" + self._struct(call.request, call.named, 0))
            if call.whole is not None:
                items.append(self._argument(call.whole))
            self.code = f"client.{call.method}({', '.join(items)})"

    @property
    def imports(self) -> list[str]:
        """The lines that import the packages of the types."""
        used = {name for name in self._packages if re.search(rf"\b{re.escape(name)}\.", self.code)}
        paths = self._packages.items()
        return [f"{name} {GO.text(str(path))}" for name, path in paths if name in used]

    def _qualified(self, name: str) -> str:
        package, _, own = name.rpartition(".")
        package = package or next(iter(self._packages), "api")
        return f"{package}.{own}"

    def _argument(self, argument: Argument) -> str:
        return self._value(argument.value, argument.schema, 0)

    def _struct(self, name: str, fields: Sequence[Argument], level: int) -> str:
        """Return a struct literal; without a name where the list around it has the type."""
        items = [f"{exported(each.name)}: {self._field(each, level + 1)}" for each in fields]
        return GO.group(f"{self._qualified(name) if name else ''}{{", "}", items, level)

    def _field(self, field: Argument, level: int) -> str:
        """Return the value of a field; scalars that may be missing are pointers."""
        value, kind = field.value, self._scalar_type(field)
        if field.required or kind is None:
            return self._value(value, field.schema, level)
        name = type_of(self._document, field.schema, "go")
        if name:
            return f"{self._qualified(name)}({GO.scalar(value)}).Ptr()"
        return f"{self._qualified(_capital(kind))}({GO.scalar(value)})"

    def _scalar_type(self, field: Argument) -> str | None:
        """Return the Go type of a scalar, or None."""
        if field.value is None or isinstance(field.value, dict | list):
            return None
        declared = [t for t in types(self._document, field.schema) if t in _SCALARS]
        if declared:
            return _SCALARS[declared[0]]
        return {bool: "bool", int: "int", float: "float64"}.get(type(field.value), "string")

    def _value(self, value: Any, schema: Any, level: int) -> str:
        if isinstance(value, list):
            return self._list(value, items_of(self._document, schema), level)
        name = type_of(self._document, schema, "go")
        if isinstance(value, dict) and name:
            return "&" + self._struct(name, fields_of(self._document, schema, value), level)
        return GO.value(value, level)

    def _list(self, values: list[Any], schema: Any, level: int) -> str:
        name = type_of(self._document, schema, "go")
        if name and all(isinstance(value, dict) for value in values):
            kind = f"[]*{self._qualified(name)}"
            fields = [fields_of(self._document, schema, value) for value in values]
            items = [self._struct("", each, level + 1) for each in fields]
            return GO.group(f"{kind}{{", "}", items, level)
        items = [self._value(value, schema, level + 1) for value in values]
        return GO.group(f"[]{self._item_type(name, values, schema)}{{", "}", items, level)

    def _item_type(self, name: str, values: list[Any], schema: Any) -> str:
        if name:
            return self._qualified(name)
        if values and all(isinstance(value, list) for value in values):
            inner = items_of(self._document, schema)
            inner_name = type_of(self._document, inner, "go")
            return f"[]*{self._qualified(inner_name)}" if inner_name else "[]interface{}"
        declared = [t for t in types(self._document, schema) if t in _SCALARS]
        if declared and not any(isinstance(value, dict) for value in values):
            return _SCALARS[declared[0]]
        return "map[string]interface{}" if values and isinstance(values[0], dict) else "interface{}"


def exported(name: str) -> str:
    """Return a name as that of a field: in capitals where Go has them, as in `UserID`."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|[0-9]+", name)
    return "".join(map(_capital, (word.lower() for word in words)))


def _capital(word: str) -> str:
    if word in _INITIALISMS:
        return word.upper()
    return _PLURALS.get(word) or word[:1].upper() + word[1:]
