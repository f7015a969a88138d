"""Decodes the content codings of bodies (gzip and deflate), with a limit of their size."""

from __future__ import annotations

import zlib

#: The content codings that can be decoded, with zlib's window bits; 47 detects gzip and zlib.
CODINGS = {b"gzip": 47, b"x-gzip": 47, b"deflate": 47}

_PIECE_BYTES = 4096


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
    decoded = bytearray()
    try:
        end = _inflate(decoded, body, 0, CODINGS[coding], limit)
        while coding != b"deflate" and body.startswith(b"\x1f\x8b", end):  # gzip has members
            end = _inflate(decoded, body, end, CODINGS[coding], limit)
    except zlib.error as error:
        if coding == b"deflate" and not body.startswith(b"\x78"):
            return _raw_deflate(body, limit)
        raise CorruptCoding(str(error)) from None
    return bytes(decoded)


def _inflate(decoded: bytearray, body: bytes, start: int, window: int, limit: int) -> int:
    """Add what begins at `start`, decoded, and return where it ends.

    The body is read in pieces: the inflater copies what follows the end in a piece.
    """
    inflater = zlib.decompressobj(window)
    while not inflater.eof:
        piece = body[start : start + _PIECE_BYTES]
        if not piece:
            raise CorruptCoding("it ends too early")
        decoded += inflater.decompress(piece, limit + 1 - len(decoded))
        if len(decoded) > limit:
            raise TooLargeContent
        start += len(piece)
    return start - len(inflater.unused_data)


def _raw_deflate(body: bytes, limit: int) -> bytes:
    """Return a body that was compressed without the header that deflate has; some clients do."""
    try:
        decoded = bytearray()
        _inflate(decoded, body, 0, -zlib.MAX_WBITS, limit)
        return bytes(decoded)
    except zlib.error as error:
        raise CorruptCoding(str(error)) from None
