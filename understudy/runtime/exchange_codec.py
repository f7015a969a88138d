"""Exchanges as bytes, for the journals of databases."""

from __future__ import annotations

from typing import Any

import msgspec

from understudy.errors import Violation
from understudy.http.messages import Attempt, Exchange, Request, Response

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode


def encode_exchange(exchange: Exchange) -> bytes:
    """Return an exchange as bytes."""
    request, response = exchange.request, exchange.response
    return _encode(
        (
            (exchange.at, exchange.took, exchange.api, exchange.operation),
            (request.method, request.path, request.query, request.headers, request.body),
            (request.path_values, request.size),
            (response.status, response.body, response.media_type, response.headers),
            (_violations(response), response.chunks, response.disconnect),
            (exchange.fault, exchange.schedule, exchange.origin, exchange.name),
            (dict(exchange.missing_bodies), exchange.error, exchange.direction),
            (exchange.attempts, exchange.earlier_attempts, exchange.recording),
        )
    )


def decode_exchange(encoded: bytes) -> Exchange:
    """Return the exchange that `encode_exchange` was given."""
    first, sent, parsed, received, checked, reasons, missing, attempts = _decode(encoded)
    status, body, media_type, headers = received
    violations, chunks, disconnect = checked
    response = Response(
        status,
        body,
        media_type,
        _pairs(headers),
        tuple(Violation(*violation) for violation in violations),
        tuple(chunks),
        disconnect=disconnect,
    )
    earlier = tuple(Attempt(*attempt) for attempt in attempts[1])
    request = Request(*sent, *parsed)
    fields = [*first, request, response, *reasons, *missing, attempts[0], earlier]
    return Exchange(*fields, *attempts[2:])  # an older version wrote no recording


def _violations(response: Response) -> list[tuple[str, str, str, str]]:
    return [(v.where, v.at, v.message, v.rule) for v in response.violations]


def _pairs(headers: list[list[Any]]) -> tuple[tuple[bytes, bytes], ...]:
    return tuple((name, value) for name, value in headers)
