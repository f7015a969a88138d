"""The API as Zep's own Python client has it, read from its source and its types.

Its client classes are generated: each method sends one request in one expression, and compares the
status of the response with every one that is declared. Its types are models of Pydantic 1.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import textwrap
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import zep_cloud
from pydantic.v1 import BaseModel
from pydantic.v1.fields import Undefined


@dataclass(frozen=True)
class Field:
    """A field that the client sends or reads, with its type annotation."""

    kind: Any
    required: bool


Fields = dict[str, Field]


@dataclass(frozen=True)
class Call:
    """One method of the client: its request, and the type of its response.

    The body is either its fields, or the annotation of all of it, or None.
    """

    name: str
    method: str
    path: str
    query: Fields
    body: Fields | Field | None
    answer: Any
    statuses: frozenset[str]
    deprecated: bool


def calls() -> list[Call]:
    """Return the methods of all synchronous client classes that send a request."""
    return [_call(module, method) for module in _modules() for method in _methods(module)]


def fields_of(model: type[BaseModel]) -> Fields:
    """Return the fields of a model by their names in JSON."""
    hints = typing.get_type_hints(model)
    return {
        field.alias: Field(hints[name], field.field_info.default is Undefined)
        for name, field in model.__fields__.items()
    }


def is_model(kind: Any) -> bool:
    """Return whether an annotation is a model."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def words_of(kind: Any) -> frozenset[str]:
    """Return the literals of an annotation; a Union with Any makes the client accept others."""
    kinds = [kind, *typing.get_args(kind)]
    words = [typing.get_args(part) for part in kinds if typing.get_origin(part) is typing.Literal]
    return frozenset(word for group in words for word in group)


def plain(kind: Any) -> Any:
    """Return an annotation without its Optional."""
    parts = [part for part in typing.get_args(kind) if part is not type(None)]
    is_union = typing.get_origin(kind) is typing.Union
    return parts[0] if is_union and len(parts) == 1 else kind


def _modules() -> Iterator[ModuleType]:
    root = Path(inspect.getfile(zep_cloud)).parent
    for path in sorted(root.rglob("client.py")):
        place = path.relative_to(root.parent).with_suffix("").parts
        if place != ("zep_cloud", "client") and "external_clients" not in place:
            yield importlib.import_module(".".join(place))


def _methods(module: ModuleType) -> Iterator[Callable[..., Any]]:
    for name, kind in inspect.getmembers(module, inspect.isclass):
        if kind.__module__ == module.__name__ and not name.startswith("Async"):
            for _, method in inspect.getmembers(kind, inspect.isfunction):
                if "httpx_client.request(" in inspect.getsource(method):
                    yield method


def _call(module: ModuleType, method: Callable[..., Any]) -> Call:
    tree = ast.parse(textwrap.dedent(inspect.getsource(method)))
    request = next(
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_request(node)
    )
    sent = {word.arg: word.value for word in request.keywords if word.arg is not None}
    hints = typing.get_type_hints(method)
    parameters = {
        name: Field(hints[name], parameter.default is inspect.Parameter.empty)
        for name, parameter in inspect.signature(method).parameters.items()
        if name in hints
    }
    return Call(
        name=f"{module.__name__.removeprefix('zep_cloud.').removesuffix('.client')}."
        f"{method.__name__}",
        method=ast.literal_eval(sent["method"]).lower(),
        path="/" + _template(request.args[0]),
        query=_sent(sent.get("params"), parameters),
        body=_body(sent.get("json"), parameters),
        answer=hints["return"],
        statuses=frozenset(_statuses(tree)),
        deprecated="deprecated" in (inspect.getdoc(method) or "").split("Parameters")[0].lower(),
    )


def _template(path: ast.expr) -> str:
    """Return a path of the client's with `{}` for each parameter."""
    if isinstance(path, ast.JoinedStr):
        return "".join(_template(part) for part in path.values)
    return str(path.value) if isinstance(path, ast.Constant) else "{}"


def _is_request(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr == "request"


def _body(value: ast.expr | None, parameters: Fields) -> Fields | Field | None:
    if value is None:
        return None
    if isinstance(value, ast.Name):
        return parameters[value.id]
    return _sent(value, parameters)


def _sent(value: ast.expr | None, parameters: Fields) -> Fields:
    """Return the fields of a dict display, whose values are the method's own parameters."""
    if value is None:
        return {}
    assert isinstance(value, ast.Dict)
    sent = {}
    for key, part in zip(value.keys, value.values, strict=True):
        assert isinstance(key, ast.Constant)
        assert isinstance(part, ast.Name)
        sent[str(key.value)] = parameters[part.id]
    return sent


def _statuses(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq):
            status = node.comparators[0]
            assert isinstance(status, ast.Constant)
            yield str(status.value)
