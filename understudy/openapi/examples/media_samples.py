"""Bodies of media types that no generated word fits: small images, documents and archives."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from types import MappingProxyType

from understudy.openapi.operation import MediaType
from understudy.openapi.schemas.schema import merged

_PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mP4DwABAQEAHLCMmQAAAABJRU5ErkJggg=="
)
_GIF = b64decode("R0lGODdhAQABAIEAAP///wAAAAAAAAAAACwAAAAAAQABAAAIBAABBAQAOw==")
_JPEG = b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP" + 86 * "/" + "wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAA"
    "AAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AR//Z"
)
_WEBP = b64decode("UklGRh4AAABXRUJQVlA4TBEAAAAvAAAAAAfQ//73v/+BiOh/AAA=")
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


def _pdf() -> bytes:
    """Return a PDF of one empty page."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>",
    )
    document, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(document))
        document += b"%d 0 obj%s\nendobj\n" % (number, content)
    entries = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(document)
    document += b"xref\n0 4\n0000000000 65535 f \n" + entries
    return document + b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start


_ZIP = b"PK\x05\x06" + bytes(18)
_GZIP = b64decode("H4sIAAAAAAAC/wMAAAAAAAAAAAA=")

_SAMPLES: Mapping[str, bytes] = MappingProxyType(
    {
        "image/png": _PNG,
        "image/gif": _GIF,
        "image/jpeg": _JPEG,
        "image/jpg": _JPEG,
        "image/webp": _WEBP,
        "image/svg+xml": _SVG,
        "application/pdf": _pdf(),
        "application/zip": _ZIP,
        "application/gzip": _GZIP,
        "text/html": b"<!DOCTYPE html>\n<title>understudy</title>\n",
    }
)

#: The keywords of a schema that leaves every text as it is.
_OPEN = frozenset(
    [
        *("type", "format", "title", "description", "deprecated", "readOnly", "contentMediaType"),
        *("nullable", "$ref", "xml", "externalDocs"),
    ]
)


def media_sample(media: MediaType) -> bytes | None:
    """Return a small body of a media type, or None if it has none, or if its schema wants more than
    any text."""
    sample = _SAMPLES.get(media.content_type.partition(";")[0].strip().lower())
    if sample is None:
        return None
    schema = merged(media.document, media.definition.get("schema", {}))
    is_open = schema.keys() <= _OPEN and schema.get("type", "string") == "string"
    return sample if is_open and schema.get("format", "binary") in ("binary", "byte") else None
