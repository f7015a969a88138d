"""One request of the corpus, before and as it goes over the wire."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from understudy.openapi.contract import MediaType, Operation, Parameter
from understudy.openapi.document import Document, resolve
from understudy.serving.api import Api

JSON = "application/json"
FORM = "multipart/form-data"
_BOUNDARY = "understudy"


@dataclass
class Call:
    """A request that is being made up, then sent. `body` is text or bytes once it is final."""

    api: Api
    operation: Operation
    method: str
    path: dict[str, str]
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: Any = None
    raw: bytes | None = None
    suffix: str = ""
    chunked: bool = False
    minutes: int = 0
    fault: str = "valid"

    @property
    def document(self) -> Document:
        """The document that the operation is in."""
        return self.operation.contract.document

    @property
    def target(self) -> str:
        """The path as it goes over the wire."""
        made = self.operation.path
        for name, value in self.path.items():
            made = made.replace("{" + name + "}", value)
        return self.api.contract.base_path + made + self.suffix

    @property
    def query_text(self) -> str:
        """The query as it goes over the wire."""
        return urlencode(self.query, safe="%")

    @property
    def payload(self) -> bytes:
        """The body as it goes over the wire."""
        if self.raw is not None:
            return self.raw
        if self.body is None:
            return b""
        return json.dumps(self.body).encode() if self.is_json else _form(self.body)

    @property
    def is_json(self) -> bool:
        """Whether it has a body that is JSON."""
        return self.operation.body is not None and media_of(self.operation).is_json

    def __str__(self) -> str:
        """The call, for people to find out why it went wrong."""
        query = self.query_text and "?" + self.query_text
        return f"{self.fault}: {self.method} {self.target}{query} {self.headers} {self.payload!r}"


def media_of(operation: Operation) -> MediaType:
    """The media type of an operation's body."""
    assert operation.body is not None
    return operation.body.preferred


def content_type_of(operation: Operation) -> str:
    """The Content-Type of an operation's body."""
    kind = media_of(operation).type
    return f"{kind}; boundary={_BOUNDARY}" if kind == FORM else kind


def _form(fields: dict[str, Any]) -> bytes:
    """Fields as multipart/form-data; one that is bytes is a sound file."""
    made = b""
    for name, value in fields.items():
        told, text = f'form-data; name="{name}"', str(value).encode()
        if isinstance(value, bytes):
            told, text = told + '; filename="hum.wav"\r\nContent-Type: audio/wav', value
        made += f"--{_BOUNDARY}\r\nContent-Disposition: {told}\r\n\r\n".encode() + text + b"\r\n"
    return made + f"--{_BOUNDARY}--\r\n".encode()


def one_spelling_each(operation: Operation) -> list[Parameter]:
    """Of parameters that mean the same argument, such as page_size and pageSize, the first."""
    by_argument: dict[str, Parameter] = {}
    for parameter in operation.parameters:
        if parameter.where == "query":
            by_argument.setdefault(parameter.argument, parameter)
    return list(by_argument.values())


def alternatives(operation: Operation) -> list[list[str]]:
    """The fields of an operation's body of which there must be one: a list for each such choice."""
    if operation.body is None:
        return []
    schema = resolve(operation.contract.document, media_of(operation).definition["schema"])
    parts = [schema, *schema.get("allOf", ())]
    return [[option["required"][0] for option in p["oneOf"]] for p in parts if "oneOf" in p]
