"""The requests of the comparison, by family; `{names}` stand for values of earlier responses.

`FAMILIES` are compared with release 1.7.2, `older_release` with release 1.6.5.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.eliza_releases.parity.comparison import Family
from tests.eliza_releases.parity.requests.agents import agents
from tests.eliza_releases.parity.requests.channels import servers_and_channels
from tests.eliza_releases.parity.requests.expiry import expiry
from tests.eliza_releases.parity.requests.media import media
from tests.eliza_releases.parity.requests.memory import memory
from tests.eliza_releases.parity.requests.messages import jobs, messages
from tests.eliza_releases.parity.requests.platform import platform
from tests.eliza_releases.parity.requests.refusals import refusals
from tests.eliza_releases.parity.requests.session_messages import (
    older_release,
    paging,
    session_messages,
)
from tests.eliza_releases.parity.requests.sessions import sessions, timeouts

__all__ = ["FAMILIES", "older_release"]

FAMILIES: Mapping[str, Family] = {
    "sessions": sessions,
    "timeouts": timeouts,
    "session_messages": session_messages,
    "paging": paging,
    "expiry": expiry,
    "servers_and_channels": servers_and_channels,
    "messages": messages,
    "jobs": jobs,
    "memory": memory,
    "media": media,
    "agents": agents,
    "platform": platform,
    "refusals": refusals,
}
