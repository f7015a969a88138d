"""Encodes the bodies of callbacks and webhooks by their media type."""

from __future__ import annotations

from typing import Any

from understudy.http import json_codec
from understudy.http.response.media_encoder import MediaEncoder
from understudy.openapi.operation import MediaType


def encode_body(media: MediaType, value: Any) -> tuple[str, bytes]:
    """Return the content type and the bytes of a body of this media type; of a range such as `*/*`
    it is JSON."""
    if "*" in media.type:
        return "application/json", json_codec.encode(value)
    encoder = MediaEncoder(media)
    return encoder.content_type.decode(), encoder.encode(value)
