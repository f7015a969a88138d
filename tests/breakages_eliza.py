"""What a careless author of an Eliza server gets wrong: all breakages, with the rules that tell."""

from __future__ import annotations

from inspect import iscoroutinefunction

import breakages_eliza_agents
import breakages_eliza_channels
import breakages_eliza_messages
import breakages_eliza_records
import breakages_eliza_session_messages
import breakages_eliza_sessions
import breakages_eliza_system
import breakages_eliza_timeouts
from breakages_eliza_found import BY_RULE
from breaking import Case

AREAS = (
    breakages_eliza_sessions,
    breakages_eliza_timeouts,
    breakages_eliza_session_messages,
    breakages_eliza_agents,
    breakages_eliza_channels,
    breakages_eliza_messages,
    breakages_eliza_records,
    breakages_eliza_system,
)

BREAKAGES = [
    Case(breakage, BY_RULE.get(name, ""))
    for area in AREAS
    for name, breakage in vars(area).items()
    if iscoroutinefunction(breakage) and breakage.__module__ == area.__name__
]
