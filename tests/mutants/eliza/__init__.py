"""The mutants of ElizaOS, by area."""

from __future__ import annotations

from tests.mutants.eliza import (
    agents,
    channels,
    messages,
    records,
    session_messages,
    sessions,
    system,
    timeouts,
)
from tests.mutants.language import collected

MUTANTS = collected(
    sessions,
    timeouts,
    session_messages,
    agents,
    channels,
    messages,
    records,
    system,
)
