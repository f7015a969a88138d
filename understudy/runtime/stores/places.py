"""Places of records in indexes, as bytes that sort like the values of their fields."""

from __future__ import annotations

import struct
from math import inf
from typing import Any

from understudy.runtime.stores.database import Place
from understudy.runtime.stores.store import Collection, Index, Record

_NULL, _NUMBER, _TEXT = b"\x01", b"\x02", b"\x03"
_SIGN = 1 << 63
_MASK = (1 << 64) - 1


def index_name(index: Index) -> str:
    """Return a name for an index: the same one for the same fields."""
    return f"{index.group or ''}/{index.order or ''}"


def sort_key(value: Any) -> bytes:
    """Return bytes that sort like a field's value: null, then numbers, then texts by code points.

    Equal numbers have equal bytes, whatever their type. None of these bytes begins with another
    one, so that something else can follow. Raises TypeError for a value of another type.
    """
    if value is None:
        return _NULL
    if isinstance(value, str):
        text = value.encode(errors="surrogatepass")
        return _TEXT + text.replace(b"\0", b"\0\xff") + b"\0\0"
    if isinstance(value, int | float):
        return _NUMBER + _sortable_number(value)
    raise TypeError(f"an index cannot sort or group by {type(value).__name__}")


def _sortable_number(value: float) -> bytes:
    """Return the nearest double as sortable bytes, then what an integer has beyond it."""
    try:
        nearest = float(value)
    except OverflowError:  # an integer beyond the doubles
        nearest = inf if value > 0 else -inf
    bits: int = struct.unpack(">Q", struct.pack(">d", nearest + 0.0))[0]
    bits = bits ^ _SIGN if bits < _SIGN else bits ^ _MASK
    return bits.to_bytes(8) + _sortable_rest(value, nearest)


def _sortable_rest(value: float, nearest: float) -> bytes:
    if isinstance(value, float) or value == nearest:
        return b"\x80"
    rest = int(value) if nearest in (inf, -inf) else int(value) - int(nearest)
    size = (abs(rest).bit_length() + 7) // 8
    length = size.to_bytes(4)
    if rest > 0:
        return b"\x81" + length + rest.to_bytes(size)
    inverted = bytes(255 - byte for byte in length + (-rest).to_bytes(size))
    return b"\x7f" + inverted


def places_of(collection: Collection, record: Record) -> tuple[Place, ...]:
    """Return the places of a record in the indexes of its collection."""
    get = record.get
    return tuple(
        Place(
            index_name(index),
            b"" if index.group is None else sort_key(get(index.group)),
            b"" if index.order is None else sort_key(get(index.order)),
        )
        for index in collection.indexes
    )
