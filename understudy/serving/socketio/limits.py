"""Limits on what the server keeps for clients of Socket.IO: the parts of packets that they send,
and the packets that they do not read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from socketio.packet import Packet

#: The size of the largest packet that is read, and of all its attachments together, in bytes.
MOST_PACKET_BYTES = 1_000_000
#: The number of attachments of a packet.
MOST_ATTACHMENTS = 100

#: Bytes that may wait for one client, whatever waits for others.
UNCOUNTED_BYTES = 64_000

#: What a packet takes beside its text.
_BYTES_OF_PACKET = 200


class BoundedPacket(Packet):  # type: ignore[misc]
    """A packet of Socket.IO that raises ValueError where a client sends too many attachments, too
    large ones, or other packets between them."""

    def decode(self, encoded_packet: str) -> int:
        """Read a packet, and return the number of its attachments."""
        count: int = super().decode(encoded_packet)
        if count > MOST_ATTACHMENTS:
            raise ValueError(f"a packet may have at most {MOST_ATTACHMENTS} attachments")
        return count

    def add_attachment(self, attachment: Any) -> bool:
        """Add an attachment, and return whether it was the last one."""
        if not isinstance(attachment, bytes):
            raise ValueError("a packet came before the attachments of the one before it")
        if sum(map(len, self.attachments)) + len(attachment) > MOST_PACKET_BYTES:
            raise ValueError(f"the attachments of a packet may have {MOST_PACKET_BYTES} bytes")
        is_last: bool = super().add_attachment(attachment)
        return is_last


class Outbox(asyncio.Queue[Any]):
    """The packets of Engine.IO that wait for one client to read them; `on_growth` is called where
    they take more than `UNCOUNTED_BYTES`."""

    def __init__(self, on_growth: Callable[[], None]) -> None:
        super().__init__()
        self._on_growth = on_growth
        #: The size of what waits, in bytes.
        self.size = 0
        self._is_closed = False

    def close(self) -> None:
        """Drop what waits, and all that comes but the mark of the end, None."""
        self._is_closed = True
        while not self.empty():
            self.get_nowait()

    def _put(self, item: Any) -> None:
        if self._is_closed and item is not None:
            return
        super()._put(item)
        self.size += _size(item)
        if self.size > UNCOUNTED_BYTES:
            self._on_growth()

    def _get(self) -> Any:
        item = super()._get()
        self.size -= _size(item)
        return item


def _size(packet: Any) -> int:
    data = None if packet is None else packet.data
    return _BYTES_OF_PACKET + (len(data) if isinstance(data, str | bytes) else 0)
