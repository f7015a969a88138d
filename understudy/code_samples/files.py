"""Files in example requests: what a document shows as text is sent as bytes."""

from __future__ import annotations

import binascii
from base64 import b64decode
from dataclasses import replace
from typing import Any

from understudy.openapi.examples.media_samples import media_sample
from understudy.openapi.operation import MediaType
from understudy.openapi.resources.call import Arguments
from understudy.openapi.schemas.schema import Schema, merged


def with_files(arguments: Arguments) -> Arguments:
    """Return arguments whose files are bytes: the fields of a form, which may be base64 in the
    document, and a whole body that has no example, of a media type such as that of an image."""
    media, body = arguments.media, arguments.body
    if media is None:
        return arguments
    if media.type.startswith("multipart/") and isinstance(body, dict):
        return replace(arguments, body=_fields(media, body))
    sample = None if any(True for _ in media.examples(media.document)) else media_sample(media)
    return arguments if sample is None else replace(arguments, body=sample)


def _fields(media: MediaType, form: dict[str, Any]) -> dict[str, Any]:
    properties = merged(media.document, media.definition.get("schema", {})).get("properties", {})
    return {
        name: _bytes(value) if is_file(merged(media.document, properties.get(name))) else value
        for name, value in form.items()
    }


def is_file(schema: Schema) -> bool:
    """Return whether the values of a schema without `allOf` are files."""
    return schema.get("format") == "binary" or (
        "contentMediaType" in schema and "contentEncoding" not in schema
    )


def _bytes(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return value.encode(errors="replace")
