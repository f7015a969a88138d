"""An operation that a new project has a handler for, and a request for it."""

from __future__ import annotations

import asyncio
import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from inflection import underscore

from understudy.app import Understudy
from understudy.commands.new.python_source import literal
from understudy.errors import Problem
from understudy.http import json_codec
from understudy.openapi.contract import Contract
from understudy.openapi.credentials import credentials_for
from understudy.openapi.examples.example_response import example_response, generate
from understudy.openapi.examples.example_response import media_type_example as example_of
from understudy.openapi.operation import Operation, Parameter
from understudy.serving.project import load

#: The operations that are tried.
_MOST = 20
#: The longest value that a handler returns, in lines of its source.
_LONGEST = 60
_KEY = "test"


@dataclass(frozen=True)
class Sample:
    """An operation, a value that its handler returns, and a request for it as httpx takes it."""

    operation: Operation
    value: Any
    request: dict[str, Any]

    @property
    def function(self) -> str:
        """The name of the handler."""
        return underscore(self.operation.id)

    @property
    def arguments(self) -> list[str]:
        """The handler's arguments beside the world."""
        return _arguments(self.operation)

    @property
    def module(self) -> str:
        """The name of the module that the handler is in: that of the operation's tag."""
        name = re.sub(r"\W+", "_", underscore(self.operation.tag), flags=re.ASCII).strip("_")
        is_name = name.isidentifier() and not keyword.iskeyword(name)
        return name if is_name else "operations"

    @property
    def value_source(self) -> str:
        """The value as Python source, within a function."""
        return literal(self.value, "    ")

    def is_answered(self, directory: Path) -> bool:
        """Return whether the project in a directory answers the request by its document."""
        (api,) = load([directory])
        response = asyncio.run(self._exchange(Understudy([api]), api.contract.base_path))
        return response.status_code == self.operation.success and (
            "x-understudy-violations" not in response.headers
        )

    async def _exchange(self, app: Understudy, base_path: str) -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        base_url = f"http://127.0.0.1{base_path}"
        async with httpx.AsyncClient(transport=transport, base_url=base_url) as client:
            method, url, *_ = self.request.values()
            rest = {name: value for name, value in self.request.items() if name not in ("", " ")}
            return await client.request(method, url, **rest)


def samples(contract: Contract) -> Iterator[Sample]:
    """Yield operations that can have a handler, with a request; the simplest first."""
    able = [operation for operation in contract.operations if _can_have_handler(operation)]
    for operation in islice(sorted(able, key=_effort), _MOST):
        try:
            value, _ = example_response(operation, operation.success)
            sample = Sample(operation, value, _request(operation))
        except Problem:  # nothing could be generated
            continue
        if _is_plain(value) and sample.value_source.count("\n") < _LONGEST:
            yield sample


def _can_have_handler(operation: Operation) -> bool:
    """Return whether its names are those of Python: in a document anything may stand there, also
    code."""
    arguments = ["world", *_arguments(operation)]
    names = [underscore(operation.id), *arguments]
    are_names = all(n.isidentifier() and n.isascii() and not keyword.iskeyword(n) for n in names)
    is_public = not names[0].startswith("_")
    return (
        are_names and is_public and len({*arguments}) == len(arguments) and operation.success < 300
    )


def _arguments(operation: Operation) -> list[str]:
    names = [p.argument for p in operation.parameters if p is not operation.idempotency_key]
    return [*names, *(["body"] if operation.body else [])]


def _effort(operation: Operation) -> tuple[bool, int, bool]:
    """Return what makes a request difficult, the worst first."""
    required = sum(parameter.required for parameter in operation.parameters)
    answers_json = (body := operation.response(operation.success)) is not None and body.json
    return operation.method != "GET", required, not answers_json


def _is_plain(value: Any) -> bool:
    """Return whether a value can be written as Python and JSON."""
    try:
        return bool(json_codec.decode(json_codec.encode(value)) == value)
    except (Problem, TypeError, ValueError):
        return False


def _request(operation: Operation) -> dict[str, Any]:
    """Return the arguments of httpx for a request; the first two are positional.

    Raises Problem if no body could be generated.
    """
    contract = operation.contract
    path = operation.path.removeprefix("/")
    query, headers = dict[str, Any](), dict[str, str]()
    for parameter in operation.parameters:
        value = _parameter_value(contract, parameter)
        if parameter.where == "path":
            path = path.replace(f"{{{parameter.name}}}", quote(_text(value), safe=""))
        elif parameter.required and parameter.where == "query":
            query[parameter.name] = value
        elif parameter.required and parameter.where == "header":
            headers[parameter.name] = _text(value)
    credentials = credentials_for(contract, operation.security, _KEY)
    request: dict[str, Any] = {"": operation.method, " ": path}
    if query or credentials.query:
        request["params"] = {**query, **credentials.query}
    if headers or credentials.headers:
        request["headers"] = {**headers, **credentials.headers}
    if operation.body is not None and operation.body.json is not None:
        request["json"] = example_of(operation, operation.body.json)
    return request


def _parameter_value(contract: Contract, parameter: Parameter) -> Any:
    if "example" in parameter.definition:
        return parameter.definition["example"]
    return generate(contract.document, parameter.schema, parameter.name)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json_codec.encode(value).decode()
