"""What a server does with every request, whatever its operation, as a document describes it.

Frameworks differ in what HTTP leaves to them: Express finds `/Users/` where `/users` is declared,
and answers 404 to a method that a path does not have. A document says so by `x-understudy-http`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

import msgspec

from understudy.errors import UsageError
from understudy.openapi.extensions import HTTP


class _Declared(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    personas: list[str] | None = None
    ignores_case: bool = False
    ignores_trailing_slash: bool = False
    unknown_method: Literal[404, 405] = 405
    max_json_bytes: Annotated[int, msgspec.Meta(ge=1)] | None = None
    json_charset: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]+$")] | None = None
    headers: dict[
        Annotated[str, msgspec.Meta(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")],
        Annotated[str, msgspec.Meta(pattern=r"^[\t\x20-\x7e]*$")],
    ] = {}


@dataclass(frozen=True)
class HttpConventions:
    """The HTTP conventions of a server; `personas` are those that have them, None stands for all.

    Paths are found in any case if it `ignores_case`, and with one more slash at their end if it
    `ignores_trailing_slash`. `unknown_method` is the status of a method that a path does not have.
    JSON above `max_json_bytes` is refused, if there is such a limit. Responses that are JSON have
    the `json_charset`, and all have the `headers`, beside those that they have anyway.
    """

    personas: frozenset[str] | None
    ignores_case: bool
    ignores_trailing_slash: bool
    unknown_method: int
    max_json_bytes: int | None
    json_charset: bytes
    headers: tuple[tuple[bytes, bytes], ...]

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self | None:
        """Read the extension of a document; None if it has none. Raises UsageError."""
        if HTTP not in document:
            return None
        try:
            declared = msgspec.convert(document[HTTP], _Declared)
        except msgspec.ValidationError as error:
            raise UsageError(f"#/{HTTP}: {error}") from None
        headers = declared.headers.items()
        return cls(
            None if declared.personas is None else frozenset(declared.personas),
            declared.ignores_case,
            declared.ignores_trailing_slash,
            declared.unknown_method,
            declared.max_json_bytes,
            (declared.json_charset or "").encode(),
            tuple((name.lower().encode(), value.encode()) for name, value in headers),
        )

    def are_of(self, persona: str) -> bool:
        """Return whether a persona has these conventions."""
        return self.personas is None or persona in self.personas
