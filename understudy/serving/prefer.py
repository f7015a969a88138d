"""Answers that a request chooses: `Prefer: code=404, example=gone, dynamic=true, seed=7, wait=2`
(RFC 7240, in Prism's words), or Postman's `x-mock-response-code` and `x-mock-response-name`.

Such a request is admitted and validated like any other; then the document answers in place of the
handler, and no state is touched.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from understudy.errors import Invalid, Violation
from understudy.http.messages import Request, Response
from understudy.openapi.contract import Operation
from understudy.openapi.examples import example_response, generated_value

#: Seconds that an answer may be asked to wait.
LONGEST_WAIT = 60

_MOCK_CODE = b"x-mock-response-code"
_MOCK_NAME = b"x-mock-response-name"


@dataclass(frozen=True, slots=True)
class Prefer:
    """What a request prefers; what it does not speak of is None."""

    code: int | None = None
    example: str | None = None
    dynamic: bool = False
    seed: str | None = None
    wait: float = 0

    @property
    def chooses(self) -> bool:
        """Whether it asks for an answer of the document's, and not only for time."""
        return self.code is not None or self.example is not None or self.dynamic

    def applied_to(self, response: Response, source: str) -> Response:
        """The response with its wait, and headers that say what was applied and where the response
        came from."""
        headers = (
            (b"preference-applied", _header_text(self.applied)),
            (b"x-understudy-response-source", _header_text(source)),
        )
        return response._replace(headers=response.headers + headers, wait=self.wait)

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
    """What a request prefers, if it says so. Raises Invalid where that makes no sense."""
    headers = request.headers
    if b"prefer" not in headers and _MOCK_CODE not in headers and _MOCK_NAME not in headers:
        return None
    from werkzeug.http import parse_dict_header

    named = parse_dict_header(headers.get(b"prefer", b"").decode("latin-1").replace(";", ","))
    wanted = {name.lower().strip(): value for name, value in named.items()}
    code = wanted.get("code") or headers.get(_MOCK_CODE, b"").decode("latin-1")
    example = wanted.get("example") or headers.get(_MOCK_NAME, b"").decode("latin-1")
    found = Prefer(
        code=int(_number("code", code, 599)) if code else None,
        example=example or None,
        dynamic=(wanted.get("dynamic") or "").lower() == "true",
        seed=wanted.get("seed"),
        wait=_number("wait", wanted.get("wait") or "0", LONGEST_WAIT),
    )
    return found if found.applied else None


def _number(name: str, text: str, most: int) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not 0 <= number <= most:
        raise _refused(f"{name}={text} is not a number from 0 to {most}")
    return number


def preferred_value(operation: Operation, preference: Prefer) -> tuple[Any, int, str]:
    """The value and the status that the document has for a preference, and why it is these.

    Raises Invalid where the document has none such, Problem 501 where none can be made.
    """
    status = operation.success if preference.code is None else preference.code
    body = operation.answer(status)
    if body is None:
        declared = ", ".join(sorted(operation.answers))
        raise _refused(f"code={status} is not declared by {operation.id}, which has {declared}")
    if preference.example is not None:
        named = body.preferred.named_examples(operation.contract.document) if body.media else {}
        if preference.example not in named:
            known = ", ".join(named) or "none"
            raise _refused(
                f"{operation.id} has no example {preference.example!r} of {status}; it has {known}"
            )
        return named[preference.example], status, f"the example {preference.example} of {status}"
    if preference.dynamic and body.media:
        value = generated_value(operation, body.preferred, preference.seed or "0")
        return value, status, f"generated from the schema of {status}"
    value, _ = example_response(operation, status)
    return value, status, f"the first example of {status}, or what its schema gives"


def _header_text(text: str) -> bytes:
    """A text as a header's value, without what would end it or cannot be in it."""
    return "".join(c if c.isprintable() else "?" for c in text).encode("latin-1", "replace")


def _refused(message: str) -> Invalid:
    return Invalid([Violation("header", "/Prefer", message)])
