"""Values in MessagePack for the scripts.

Redis reads bytes only in the form of texts, as MessagePack had it before it told them apart; the
encoders of today write that form only for valid texts.
"""

from __future__ import annotations

from collections.abc import Collection

TRUE, FALSE = b"\xc3", b"\xc2"


def packed_bytes(content: bytes) -> bytes:
    """Return bytes, packed."""
    return b"\xdb" + len(content).to_bytes(4) + content


def packed_count(number: int) -> bytes:
    """Return a number of things, packed."""
    return b"\xce" + number.to_bytes(4)


def packed_list(items: Collection[bytes]) -> bytes:
    """Return a list of items that are packed already."""
    return b"\xdd" + len(items).to_bytes(4) + b"".join(items)


def packed_texts(items: Collection[bytes]) -> bytes:
    """Return a list of bytes, packed."""
    return packed_list([packed_bytes(item) for item in items])
