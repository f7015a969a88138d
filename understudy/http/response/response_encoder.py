"""Validates the value that a handler returns by its contract, and encodes it as a response."""

from __future__ import annotations

from typing import Any

from understudy.errors import ContractBroken, Violation
from understudy.http import json_codec
from understudy.http.messages import Content, Response
from understudy.openapi.operation import Operation


class ResponseEncoder:
    """Encodes the responses of an operation with one status; compiled once."""

    __slots__ = (
        "_is_declared",
        "_is_json",
        "_media_type",
        "_operation",
        "_status",
        "_validator",
    )

    def __init__(self, operation: Operation, status: int) -> None:
        body = operation.response(status)
        media = body.preferred if body is not None and body.media else None
        self._operation = operation
        self._status = status
        self._is_declared = body is not None
        self._validator = media.validator if media and media.is_json else None
        self._is_json = media is None or media.is_json
        self._media_type = media.type.encode() if media else None

    def encode(self, value: Any) -> Response:
        """Return the value as a response. Raises ContractBroken if the contract forbids it."""
        if not self._is_declared:
            raise self._broken(f"status {self._status} is not declared")
        if isinstance(value, Content):
            return _content_response(self._status, value)
        if self._media_type is None:
            if value is not None:
                raise self._broken(f"status {self._status} declares no content")
            return Response(self._status, b"", None)
        if self._validator is not None and not self._validator.accepts(value):
            raise ContractBroken(self._operation.id, self._validator.violations(value))
        return Response(self._status, encode_body(value, is_json=self._is_json), self._media_type)

    def _broken(self, message: str) -> ContractBroken:
        return ContractBroken(self._operation.id, [Violation("response", "", message)])


def encode_body(value: Any, *, is_json: bool) -> bytes:
    """Return the bytes of a body: JSON; or else bytes as they are, and other values as text."""
    if is_json:
        return json_codec.encode(value)
    return value if isinstance(value, bytes) else str(value).encode()


def _content_response(status: int, content: Content) -> Response:
    """Return content as it is, whatever the contract says about its media type."""
    body = content.body
    headers = tuple((name.encode(), text.encode("latin-1")) for name, text in content.headers)
    if isinstance(body, tuple):
        return Response(status, b"".join(body), content.media_type.encode(), headers, chunks=body)
    if not isinstance(body, bytes):
        return Response(status, b"", content.media_type.encode(), headers, stream=body)
    return Response(status, body, content.media_type.encode(), headers)
