"""Prints what a Python client of Zep sends and reads, of the version that PYTHONPATH has, as JSON.

    {"calls": [{"name", "method", "path", "query": FIELDS, "body": FIELDS or TYPE or null,
    "answer": TYPE, "statuses": [...], "deprecated"}], "models": {NAME: FIELDS}}

FIELDS are `{NAME: {"type": TYPE, "required"}}`. A TYPE is `{"kind"}` of string, integer, number,
boolean, array (with `items`), object, model (with `name`) or any; a string may have `words`.

The client classes are generated: each method sends one request in one expression, and compares the
status of the response with every one that is declared. Both are read from the source.
"""

from __future__ import annotations

import ast
import contextlib
import datetime
import importlib
import inspect
import json
import textwrap
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import zep_cloud
from pydantic import BaseModel
from pydantic.v1 import BaseModel as BaseModelV1
from pydantic.v1.fields import Undefined

ROOT = Path(inspect.getfile(zep_cloud)).parent
SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean", dict: "object"}

models: dict[str, Any] = {}


def description() -> dict[str, Any]:
    """Return the description of the client."""
    calls = [_call(module, method) for module in _modules() for method in _methods(module)]
    return {"calls": calls, "models": models}


def _modules() -> Iterator[ModuleType]:
    """Yield the modules with the classes that send requests: since version 3, the raw clients."""
    files = sorted(ROOT.rglob("raw_client.py")) or sorted(ROOT.rglob("client.py"))
    for path in files:
        place = path.relative_to(ROOT.parent).with_suffix("").parts
        if place != ("zep_cloud", "client") and "external_clients" not in place:
            yield importlib.import_module(".".join(place))


def _methods(module: ModuleType) -> Iterator[Callable[..., Any]]:
    for name, kind in inspect.getmembers(module, inspect.isclass):
        if kind.__module__ == module.__name__ and not name.startswith("Async"):
            for _, method in inspect.getmembers(kind, inspect.isfunction):
                if "httpx_client." in inspect.getsource(method):
                    yield method


def _call(module: ModuleType, method: Callable[..., Any]) -> dict[str, Any]:
    method = inspect.unwrap(method)
    tree = ast.parse(textwrap.dedent(inspect.getsource(method)))
    request = next(node for node in ast.walk(tree) if _is_request(node))
    sent = {word.arg: word.value for word in request.keywords if word.arg is not None}
    hints = typing.get_type_hints(method)
    parameters = {
        name: {"type": _type(hints[name]), "required": parameter.default is parameter.empty}
        for name, parameter in inspect.signature(method).parameters.items()
        if name in hints and name != "request_options"
    }
    place = module.__name__.removeprefix("zep_cloud.").rpartition(".")[0]
    return {
        "name": f"{place}.{method.__name__}",
        "method": ast.literal_eval(sent["method"]).lower(),
        "path": "/" + _template(request.args[0]),
        "query": _sent(sent.get("params"), parameters),
        "body": _body(sent.get("json"), parameters),
        "answer": _type(_answer(hints["return"])),
        "statuses": sorted(_statuses(tree)),
        "deprecated": _is_deprecated(method),
    }


def _is_deprecated(method: Callable[..., Any]) -> bool:
    return "deprecated" in (inspect.getdoc(method) or "").split("Parameters\n")[0].lower()


def _template(path: ast.expr) -> str:
    """Return a path of the client's with `{}` for each parameter."""
    if isinstance(path, ast.JoinedStr):
        return "".join(_template(part) for part in path.values)
    return str(path.value) if isinstance(path, ast.Constant) else "{}"


def _is_request(node: ast.AST) -> typing.TypeGuard[ast.Call]:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("request", "stream")
    )


def _body(value: ast.expr | None, parameters: dict[str, Any]) -> Any:
    if value is None:
        return None
    if not isinstance(value, ast.Dict):
        return parameters[_parameter(value, parameters)]["type"]
    return _sent(value, parameters)


def _sent(value: ast.expr | None, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a dict display, each of which has a parameter of the method."""
    if value is None:
        return {}
    assert isinstance(value, ast.Dict)
    sent = {}
    for key, part in zip(value.keys, value.values, strict=True):
        assert isinstance(key, ast.Constant)
        constant = {"type": {"kind": "any"}, "required": True}
        name = _parameter(part, parameters)
        sent[str(key.value)] = parameters[name] if name else constant
    return sent


def _parameter(value: ast.expr, parameters: dict[str, Any]) -> str:
    """Return the name of the parameter in an expression, or nothing for a constant."""
    names = (node.id for node in ast.walk(value) if isinstance(node, ast.Name))
    return next((name for name in names if name in parameters), "")


def _statuses(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq):
            status = node.comparators[0]
            if isinstance(status, ast.Constant) and status.value in range(100, 600):
                yield str(status.value)


def _answer(kind: Any) -> Any:
    """Return the type of the body of a response: without the wrappers of raw clients."""
    name = getattr(typing.get_origin(kind), "__name__", "")
    if name == "SyncPager":
        return typing.get_args(kind)[-1]
    if name == "HttpResponse":
        return typing.get_args(kind)[0]
    return kind


def _type(kind: Any) -> dict[str, Any]:
    """Return the description of a type; it records the models in it."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        return _type(arguments[0])
    if origin is typing.Union:
        return _union([part for part in arguments if part is not type(None)])
    if origin is typing.Literal:
        return {"kind": "string", "words": list(arguments)}
    if origin in SCALARS or kind in SCALARS:
        return {"kind": SCALARS[origin or kind]}
    if kind is datetime.datetime:
        return {"kind": "string"}
    if origin is not None and issubclass(origin, typing.Sequence):
        return {"kind": "array", "items": _type(arguments[0])}
    if inspect.isclass(kind) and issubclass(kind, BaseModel | BaseModelV1):
        if kind.__name__ not in models:
            models[kind.__name__] = {}
            models[kind.__name__] = _fields(kind)
        return {"kind": "model", "name": kind.__name__}
    return {"kind": "any"}


def _union(parts: list[Any]) -> dict[str, Any]:
    """Return the one type of a union: enumerations are open, `Union[Literal[...], Any]`."""
    if len(parts) == 1:
        return _type(parts[0])
    words = [part for part in parts if typing.get_origin(part) is typing.Literal]
    return _type(words[0]) if words and len(parts) == 2 else {"kind": "any"}


def _fields(model: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(model, include_extras=True)
    if issubclass(model, BaseModelV1):
        return {
            field.alias: {
                "type": _type(hints[name]),
                "required": field.field_info.default is Undefined,
            }
            for name, field in model.__fields__.items()
        }
    return {
        _alias(hints[name]) or name: {"type": _type(hints[name]), "required": field.is_required()}
        for name, field in model.model_fields.items()
    }


def _alias(hint: Any) -> str | None:
    """Return the name in JSON that the client's own metadata of a field gives."""
    for metadata in getattr(hint, "__metadata__", ()):
        with contextlib.suppress(AttributeError):
            return str(metadata.alias)
    return None


if __name__ == "__main__":
    print(json.dumps(description()))
