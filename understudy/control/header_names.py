"""The names of headers that a request to the control API may set."""

from __future__ import annotations

import re
from collections.abc import Iterable

from understudy.errors import Problem

#: Valid names of headers (RFC 9110, section 5.6.2).
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
_FRAMING = frozenset({"content-length", "transfer-encoding"})


def check_header_names(names: Iterable[str]) -> None:
    """Reject headers that cannot be sent. Raises Problem 409."""
    for name in names:
        if not _TOKEN.fullmatch(name):
            raise Problem(409, f"{name!r} is not a valid name of a header")
        if name.lower() in _FRAMING:
            raise Problem(409, f"{name} is computed from the body; use `corrupt` to damage a body")
