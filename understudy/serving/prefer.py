"""The Prefer header, by which a request chooses its response.

`Prefer: code=404, example=gone, dynamic=true, seed=7, wait=2` (RFC 7240, with the names of Prism),
or Postman's `x-mock-response-code` and `x-mock-response-name`. Such a request is authenticated and
validated like any other. Then the response comes from the document, not from the handler, and no
state is changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from understudy.errors import Invalid, Problem, Violation, header_problem
from understudy.http.messages import DocumentedValue, Request, Response
from understudy.openapi.examples.error_values import ErrorWords
from understudy.openapi.examples.example_response import (
    error_example,
    generated_value,
    media_type_example,
)
from understudy.openapi.examples.media_samples import media_sample
from understudy.openapi.operation import Body, MediaType, Operation
from understudy.suggestions import hint

#: The largest `wait`, in seconds.
LONGEST_WAIT = 60

#: The header that says where a response came from.
SOURCE = b"x-understudy-response-source"

_MOCK_CODE = b"x-mock-response-code"
_MOCK_NAME = b"x-mock-response-name"


@dataclass(frozen=True, slots=True)
class Prefer:
    """The preferences of a request; what it does not mention is None."""

    code: int | None = None
    example: str | None = None
    dynamic: bool = False
    seed: str | None = None
    wait: float = 0

    @property
    def chooses(self) -> bool:
        """Return whether it chooses a response of the document, and not only a delay."""
        return self.code is not None or self.example is not None or self.dynamic

    def applied_to(self, response: Response, source: str) -> Response:
        """Return the response with the delay, and with headers that say what was applied and where
        the response came from."""
        headers = (
            (b"preference-applied", header_text(self.applied)),
            (SOURCE, header_text(source)),
        )
        return response.replace(headers=response.headers + headers, wait=self.wait)

    @property
    def applied(self) -> str:
        """The preferences as the value of `Preference-Applied`."""
        values = {
            "code": self.code,
            "example": self.example,
            "dynamic": "true" if self.dynamic else None,
            "seed": self.seed if self.dynamic else None,
            "wait": f"{self.wait:g}" if self.wait else None,
        }
        return ", ".join(f"{name}={value}" for name, value in values.items() if value is not None)


def parse_prefer(request: Request) -> Prefer | None:
    """Return the preferences of a request, or None. Raises Invalid if they are not valid."""
    headers = request.headers
    if b"prefer" not in headers and _MOCK_CODE not in headers and _MOCK_NAME not in headers:
        return None
    from werkzeug.http import parse_dict_header

    named = parse_dict_header(headers.get(b"prefer", b"").decode("latin-1").replace(";", ","))
    values = {name.lower().strip(): value for name, value in named.items()}
    code = values.get("code") or headers.get(_MOCK_CODE, b"").decode("latin-1")
    example = values.get("example") or headers.get(_MOCK_NAME, b"").decode("latin-1")
    prefer = Prefer(
        code=int(_number("code", code, 599)) if code else None,
        example=example or None,
        dynamic=(values.get("dynamic") or "").lower() == "true",
        seed=values.get("seed"),
        wait=_number("wait", values.get("wait") or "0", LONGEST_WAIT),
    )
    return prefer if prefer.applied else None


def _number(name: str, text: str, most: int) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not 0 <= number <= most:
        raise _invalid(f"{name}={text} is not a number from 0 to {most}")
    return number


def preferred_value(operation: Operation, prefer: Prefer) -> tuple[DocumentedValue, int, str]:
    """Return the value and the status that the document has for preferences, and where the value
    came from.

    Raises Problem 404 if the document has no such response or example.
    """
    status = operation.success if prefer.code is None else prefer.code
    if not 200 <= status <= 599:
        raise _not_found(f"code={status} is not the status of a response: those are 200 to 599")
    body = operation.response(status)
    if body is None:
        declared = ", ".join(sorted(operation.responses)) or "none"
        raise _not_found(f"code={status} is not declared by {operation.id}; declared: {declared}")
    if prefer.example is not None:
        _check_example(operation, body, status, prefer.example)
    value_for = partial(_value_for, operation, prefer, status)
    return DocumentedValue(value_for), status, _source(prefer, status)


def _value_for(operation: Operation, prefer: Prefer, status: int, media: MediaType) -> Any:
    """Return the preferred value of a media type. Raises Problem 404 or 501."""
    if prefer.example is not None:
        examples = media.named_examples(operation.contract.document)
        if prefer.example not in examples:
            missing = f"{media.name} of {operation.id} has no example {prefer.example!r}"
            raise _not_found(missing + hint(prefer.example, examples))
        return examples[prefer.example]
    if prefer.dynamic:
        sample = media_sample(media)
        if sample is None:
            return generated_value(operation, media, prefer.seed or "0")
        return sample
    if status >= 400:
        return error_example(operation, media, ErrorWords(status, "asked for by the request"))
    return media_type_example(operation, media)


def _check_example(operation: Operation, body: Body, status: int, example: str) -> None:
    document = operation.contract.document
    names = {name for media in body.media.values() for name in media.named_examples(document)}
    if example not in names:
        known = hint(example, sorted(names))
        raise _not_found(f"{operation.id} has no example {example!r} of {status}{known}")


def _source(prefer: Prefer, status: int) -> str:
    if prefer.example is not None:
        return f"the example {prefer.example} of {status}"
    if prefer.dynamic:
        return f"generated from the schema of {status}"
    return f"the first example of {status}, or what its schema gives"


def header_text(text: str) -> bytes:
    """Return a text as a header's value; characters that are not allowed there become `?`."""
    return "".join(c if c.isprintable() else "?" for c in text).encode("latin-1", "replace")


def _not_found(message: str) -> Problem:
    return header_problem(404, "Prefer", message, "RESPONSE_NOT_DECLARED")


def _invalid(message: str) -> Invalid:
    return Invalid([Violation("header", "/Prefer", message)])
