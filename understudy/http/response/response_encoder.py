"""Validates the value that a handler returns by its contract, and encodes it as a response."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.errors import ContractBroken, Violation
from understudy.http.messages import Content, DocumentedValue, Response
from understudy.http.response.media_encoder import MediaEncoder
from understudy.http.response.negotiation import Negotiator, not_acceptable
from understudy.http.response.response_headers import (
    documented_headers,
    header_violations,
    replaced_headers,
)
from understudy.openapi.operation import MediaType, Operation

#: The statuses of responses that never have a body (RFC 9110, section 15).
WITHOUT_BODY = frozenset({204, 205, 304})


class ResponseEncoder:
    """Encodes the responses of an operation with one status; compiled once."""

    __slots__ = (
        *("_declared", "_documented_headers", "_encoders", "_first", "_negotiator", "_operation"),
        *("_plain", "_required_headers", "_status"),
    )

    def __init__(self, operation: Operation, status: int) -> None:
        self._declared = operation.response(status)
        has_body = self._declared is not None and status not in WITHOUT_BODY
        media_types = list(self._declared.media.values()) if self._declared and has_body else []
        self._operation = operation
        self._status = status
        self._encoders = {id(media): MediaEncoder(media) for media in media_types}
        self._negotiator = Negotiator(media_types)
        #: The only media type, if there is one.
        self._first = self._encoders[id(media_types[0])] if len(media_types) == 1 else None
        self._required_headers = self._headers(only_required=True)
        is_plain = self._first and self._first.media.is_json and not self._first.has_write_only
        #: The only media type, if it is JSON and values need no change.
        self._plain = self._first if is_plain else None
        self._documented_headers = self._headers(only_required=False)

    def _headers(self, *, only_required: bool) -> tuple[tuple[bytes, bytes], ...]:
        if self._declared is None:
            return ()
        return documented_headers(self._operation, self._declared, only_required=only_required)

    def encode(self, value: Any, accept: bytes = b"") -> Response:
        """Return the value as a response.

        A value of a handler is sent as a media type that can hold it, whatever `accept` says, if it
        says nothing that fits. Raises ContractBroken if the contract forbids the value, or Problem
        406 if the value is the document's and the client accepts none of its media types.
        """
        plain = self._plain
        if plain is not None and type(value) is dict and plain.accepts(value):  # nearly always
            return Response(
                self._status, plain.encode(value), plain.content_type, self._required_headers
            )
        if self._declared is None:
            raise self._broken(f"status {self._status} is not declared")
        if isinstance(value, Content):
            return self._content_response(value)
        if isinstance(value, DocumentedValue):
            return self._documented_response(value, accept)
        encoder = self._first
        if encoder is None:
            if not self._encoders:
                return self._empty_response(value)
            encoder = self._encoder_of(value, accept)
        return self._encoded(encoder, value)

    def _encoded(self, encoder: MediaEncoder, value: Any) -> Response:
        if encoder.has_write_only:
            value = encoder.prepare(value)
        if not encoder.accepts(value):
            assert encoder.validator is not None
            raise ContractBroken(self._operation.id, encoder.validator.violations(value))
        return Response(
            self._status, encoder.encode(value), encoder.content_type, self._required_headers
        )

    def _encoder_of(self, value: Any, accept: bytes) -> MediaEncoder:
        """Return the encoder that a client prefers for a handler's value."""
        able = [e for e in self._encoders.values() if e.can_encode(value)]
        if not able:
            return self._encoders[id(self._declared.preferred)]  # type: ignore[union-attr]
        chosen = self._negotiator.choose(accept)
        return next((e for e in able if e.media is chosen), able[0])

    def _empty_response(self, value: Any) -> Response:
        if value is not None:
            raise self._broken(f"status {self._status} declares no content")
        return Response(self._status, b"", None, self._required_headers)

    def _documented_response(self, documented: DocumentedValue, accept: bytes) -> Response:
        if not self._encoders:
            return Response(self._status, b"", None, self._documented_headers)
        media = self.choose(accept)
        encoder = self._encoders[id(media)]
        value = encoder.prepare(documented.value_for(media))
        return Response(
            self._status, encoder.encode(value), encoder.content_type, self._documented_headers
        )

    def choose(self, accept: bytes) -> MediaType:
        """Return the media type that a client prefers. Raises Problem 406."""
        media = self._negotiator.choose(accept)
        if media is None:
            raise not_acceptable([encoder.media for encoder in self._encoders.values()])
        return media

    def _content_response(self, content: Content) -> Response:
        """Return content as it is, whatever the contract says about its media type."""
        assert self._declared is not None
        body = content.body
        headers = tuple((name.encode(), text.encode("latin-1")) for name, text in content.headers)
        sent = {name.lower() for name, _ in headers}
        headers += tuple(header for header in self._required_headers if header[0] not in sent)
        violations = list(header_violations(self._declared, headers))
        if violations:
            raise ContractBroken(self._operation.id, violations)
        media_type = content.media_type.encode()
        if isinstance(body, tuple):
            return Response(self._status, b"".join(body), media_type, headers, chunks=body)
        if not isinstance(body, bytes):
            return Response(self._status, b"", media_type, headers, stream=body)
        return Response(self._status, body, media_type, headers)

    def with_headers(self, response: Response, values: Mapping[str, str | int]) -> Response:
        """Return a response of this encoder with the headers of a handler, in the place of the
        document's. Raises ContractBroken if the contract forbids them."""
        assert self._declared is not None
        try:
            headers = replaced_headers(self._declared, response.headers, values)
        except ValueError as error:
            raise self._broken(str(error)) from None
        violations = list(header_violations(self._declared, headers))
        if violations:
            raise ContractBroken(self._operation.id, violations)
        return response.replace(headers=headers)

    def _broken(self, message: str) -> ContractBroken:
        return ContractBroken(self._operation.id, [Violation("response", "", message)])


class ResponseEncoders(dict[int, ResponseEncoder]):
    """The encoders of the responses of an operation by status, each compiled at its first use."""

    def __init__(self, operation: Operation) -> None:
        super().__init__()
        self._operation = operation

    def __missing__(self, status: int) -> ResponseEncoder:
        encoder = self[status] = ResponseEncoder(self._operation, status)
        return encoder
