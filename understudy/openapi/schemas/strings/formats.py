"""Formats that OpenAPI adds to those of JSON Schema, and that jsonschema-rs does not know."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

#: Base64 with padding (RFC 4648, section 4); white space may stand in it, as in MIME.
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_SPACE = re.compile(r"[ \t\r\n]+")


def is_base64(text: str) -> bool:
    """Return whether a text is base64, which `format: byte` means (OpenAPI 3.0, Data Types)."""
    return _BASE64.fullmatch(_SPACE.sub("", text)) is not None


#: The checks by format.
FORMATS: Mapping[str, Callable[[str], bool]] = MappingProxyType({"byte": is_base64})
