"""One request of the corpus, and how it is sent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from understudy.openapi.document import Document, resolve
from understudy.openapi.operation import MediaType, Operation, Parameter
from understudy.serving.api import Api

JSON = "application/json"
FORM = "multipart/form-data"
_BOUNDARY = "understudy"


@dataclass
class Call:
    """A request. `body` is a value to encode; `raw`, if there is any, is sent in its place."""

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
    key: str = ""
    mutation: str = "valid"

    @property
    def document(self) -> Document:
        """Return the document of the operation."""
        return self.operation.contract.document

    @property
    def target(self) -> str:
        """Return the path as it is sent."""
        path = self.operation.path
        for name, value in self.path.items():
            path = path.replace("{" + name + "}", value)
        return self.api.contract.base_path + path + self.suffix

    @property
    def query_text(self) -> str:
        """Return the query as it is sent."""
        return urlencode(self.query, safe="%")

    @property
    def payload(self) -> bytes:
        """Return the body as it is sent."""
        if self.raw is not None:
            return self.raw
        if self.body is None:
            return b""
        return json.dumps(self.body).encode() if self.is_json else _form(self.body)

    @property
    def is_json(self) -> bool:
        """Return whether it has a body that is JSON."""
        return self.operation.body is not None and media_of(self.operation).is_json

    def __str__(self) -> str:
        """Return the call as text for failure messages."""
        query = self.query_text and "?" + self.query_text
        return (
            f"{self.mutation}: {self.method} {self.target}{query} {self.headers} {self.payload!r}"
        )


def media_of(operation: Operation) -> MediaType:
    """Return the media type of an operation's body."""
    assert operation.body is not None
    return operation.body.preferred


def content_type_of(operation: Operation) -> str:
    """Return the Content-Type of an operation's body."""
    kind = media_of(operation).type
    return f"{kind}; boundary={_BOUNDARY}" if kind == FORM else kind


def _form(fields: dict[str, Any]) -> bytes:
    """Encode fields as multipart/form-data; a value of bytes is sent as a sound file."""
    body = b""
    for name, value in fields.items():
        disposition, text = f'form-data; name="{name}"', str(value).encode()
        if isinstance(value, bytes):
            disposition, text = (
                disposition + '; filename="hum.wav"\r\nContent-Type: audio/wav',
                value,
            )
        body += (
            f"--{_BOUNDARY}\r\nContent-Disposition: {disposition}\r\n\r\n".encode() + text + b"\r\n"
        )
    return body + f"--{_BOUNDARY}--\r\n".encode()


def one_spelling_each(operation: Operation) -> list[Parameter]:
    """Return the first of the parameters for one argument, such as page_size and pageSize."""
    by_argument: dict[str, Parameter] = {}
    for parameter in operation.parameters:
        if parameter.where == "query":
            by_argument.setdefault(parameter.argument, parameter)
    return list(by_argument.values())


def alternatives(operation: Operation) -> list[list[str]]:
    """Return the lists of fields of an operation's body of which exactly one must be given."""
    if operation.body is None:
        return []
    schema = resolve(operation.contract.document, media_of(operation).definition["schema"])
    parts = [schema, *schema.get("allOf", ())]
    return [
        [option["required"][0] for option in part["oneOf"] if "required" in option]
        for part in parts
        if "oneOf" in part
    ]
