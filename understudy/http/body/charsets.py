"""Decodes text by the charset of its Content-Type."""

from __future__ import annotations

import codecs
from collections.abc import Mapping

from understudy.errors import Invalid, Violation, header_problem

_UTF8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
#: Codecs of Python that are no charsets of HTTP; some are slow for long texts.
_NO_CHARSETS = frozenset(
    {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem"}
)


def charset_of(parameters: Mapping[str, str]) -> str:
    """Return the charset of a media type as Python names it; an empty text if it names none.

    Raises Problem 415 for one that is unknown.
    """
    name = parameters.get("charset", "").lower()
    if not name:
        return ""
    if name in _UTF8:
        return "utf-8"
    try:
        known = codecs.lookup(name).name
        if known.replace("_", "-") in _NO_CHARSETS:
            raise LookupError
        "".encode(known)
    except (LookupError, ValueError):
        message = f"the charset {name[:60]!r} of Content-Type is unknown; send utf-8"
        code = "UNSUPPORTED_MEDIA_TYPE"
        raise header_problem(415, "Content-Type", message, code) from None
    return known


def decode_text(body: bytes, parameters: Mapping[str, str]) -> str:
    """Return a body as text; without a charset it is UTF-8, and wrong bytes are replaced.

    Raises Invalid if the body does not have its charset, or Problem 415 if that is unknown.
    """
    charset = charset_of(parameters)
    body = body.removeprefix(codecs.BOM_UTF8)
    if not charset:
        return body.decode(errors="replace")
    try:
        return body.decode(charset)
    except UnicodeError as error:
        message = f"not valid {charset}, the charset of its Content-Type: {error}"
        raise Invalid([Violation("body", "", message)]) from None


def as_utf8(body: bytes, parameters: Mapping[str, str]) -> bytes:
    """Return a body in UTF-8, without a byte order mark. Raises as `decode_text` does."""
    if charset_of(parameters) not in ("", "utf-8"):
        body = decode_text(body, parameters).removeprefix("\ufeff").encode()
    return body.removeprefix(codecs.BOM_UTF8)
