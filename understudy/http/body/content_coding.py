"""Decodes the content codings of bodies (gzip and deflate), with a limit of their size."""

from __future__ import annotations

import zlib

#: The content codings that can be decoded, with zlib's window bits; 47 detects gzip and zlib.
CODINGS = {b"gzip": 47, b"x-gzip": 47, b"deflate": 47}


class UnsupportedCoding(ValueError):
    """A content coding that cannot be decoded here; the text is its name."""


class CorruptCoding(ValueError):
    """A body that does not have its content coding; the text says why."""


class TooLargeContent(ValueError):
    """A body that is over the limit once it is decoded."""


def codings_of(header: bytes) -> list[bytes]:
    """Return the codings that a Content-Encoding names, the last applied first."""
    names = [part.strip().lower() for part in header.split(b",")]
    return [name for name in reversed(names) if name not in (b"", b"identity")]


def decode_coding(body: bytes, coding: bytes, limit: int) -> bytes:
    """Return a body without one content coding.

    Raises UnsupportedCoding, CorruptCoding, or TooLargeContent if it is over `limit` bytes then.
    """
    if coding not in CODINGS:
        raise UnsupportedCoding(coding.decode("latin-1"))
    try:
        decoded, rest = _inflate(body, CODINGS[coding], limit)
        while coding != b"deflate" and rest.startswith(b"\x1f\x8b"):  # gzip has members
            member, rest = _inflate(rest, CODINGS[coding], limit - len(decoded))
            decoded += member
    except zlib.error as error:
        if coding == b"deflate" and not body.startswith(b"\x78"):
            return _raw_deflate(body, limit)
        raise CorruptCoding(str(error)) from None
    return decoded


def _inflate(body: bytes, window: int, limit: int) -> tuple[bytes, bytes]:
    """Return the decoded bytes, and those after their end."""
    inflater = zlib.decompressobj(window)
    decoded = inflater.decompress(body, limit + 1)
    if len(decoded) > limit:
        raise TooLargeContent
    if not inflater.eof:
        raise CorruptCoding("it ends too early")
    return decoded, inflater.unused_data


def _raw_deflate(body: bytes, limit: int) -> bytes:
    """Return a body that was compressed without the header that deflate has; some clients do."""
    try:
        return _inflate(body, -zlib.MAX_WBITS, limit)[0]
    except zlib.error as error:
        raise CorruptCoding(str(error)) from None
