"""A deterministic stand-in for Zep's context string, which a knowledge graph is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

#: Zep judges what is relevant by the last four messages of a session.
CONTEXT_MESSAGES = 4

_CONTEXT = """\
What is known that bears on the current conversation:

<FACTS>
{facts}
</FACTS>

<ENTITIES>

</ENTITIES>
"""


def context(messages: Sequence[Mapping[str, Any]]) -> str:
    """What to put into a prompt; no facts are extracted, the last messages take their place."""
    return _CONTEXT.format(facts="\n".join(map(_fact, messages[-CONTEXT_MESSAGES:])))


def _fact(message: Mapping[str, Any]) -> str:
    who = message["role"] or message["role_type"]
    return f"  - {who}: {message['content']} ({message['created_at']} - present)"
