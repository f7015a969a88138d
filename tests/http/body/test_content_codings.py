"""Content codings of bodies."""

from __future__ import annotations

import gzip
import time

import pytest

from understudy.http.body.content_coding import CorruptCoding, TooLargeContent, decode_coding


def test_members_are_joined() -> None:
    """A gzip body may have several members, which may end anywhere; what follows is no member."""
    parts = [bytes([n % 256]) * (n * 97 % 5000) for n in range(40)]
    body = b"".join(map(gzip.compress, parts))
    whole = b"".join(parts)
    assert decode_coding(body, b"gzip", len(whole)) == whole
    assert decode_coding(body + bytes(9), b"gzip", len(whole)) == whole
    with pytest.raises(TooLargeContent):
        decode_coding(body, b"gzip", len(whole) - 1)
    with pytest.raises(CorruptCoding):
        decode_coding(body[:-1], b"gzip", len(whole))


def test_many_members_take_linear_time() -> None:
    """The rest of the body is not copied for each member."""
    body = gzip.compress(b"") * 240_000
    started = time.process_time()
    assert decode_coding(body, b"gzip", 100) == b""
    assert time.process_time() - started < 20  # a hundred times as long as it takes
