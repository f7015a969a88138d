"""Messages between the processes that share a database."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

#: The kinds of messages: events for real-time clients; a namespace whose clock or settings have
#: changed, whose deliveries are to be cancelled, or that was removed.
EVENTS, CHANGED, CANCEL, DROPPED = "events", "changed", "cancel", "dropped"


class Message(NamedTuple):
    """A message, and what belongs to it as plain JSON."""

    kind: str
    content: dict[str, Any]


encode_message = msgspec.json.Encoder().encode
decode_message = msgspec.json.Decoder(Message).decode
