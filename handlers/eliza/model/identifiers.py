"""Identifiers that agents derive from others; clients can derive the same ones."""

from __future__ import annotations

from hashlib import sha1
from urllib.parse import quote

from .validation import is_uuid

#: Characters that encodeURIComponent() does not encode, beside letters, digits and `_.-~`.
_LEFT_ALONE = "!~*'()"


def unique_id(agent_id: str, base: str) -> str:
    """Return what `createUniqueUuid()` of @elizaos/core makes of an identifier for an agent."""
    return agent_id if base == agent_id else id_of_text(f"{base}:{agent_id}")


def id_of_text(text: str) -> str:
    """Return what `stringToUuid()` of @elizaos/core makes of a text: a UUID from its hash."""
    text = quote(text, safe=_LEFT_ALONE)
    digest = bytearray(sha1(text.encode(), usedforsecurity=False).digest()[:16])
    digest[6] &= 0x0F
    digest[8] = digest[8] & 0x3F | 0x80
    digits = digest.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def id_of_name(name: str) -> str:
    """Return the id that a server derives from a name: the name itself if it is a UUID."""
    return name.lower() if is_uuid(name) else id_of_text(name)
