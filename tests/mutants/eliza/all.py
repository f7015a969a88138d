"""What a careless author of an Eliza server gets wrong: all breakages, with the rules that tell."""

from __future__ import annotations

from inspect import iscoroutinefunction

from tests.mutants.eliza import agents as breakages_eliza_agents
from tests.mutants.eliza import channels as breakages_eliza_channels
from tests.mutants.eliza import messages as breakages_eliza_messages
from tests.mutants.eliza import records as breakages_eliza_records
from tests.mutants.eliza import session_messages as breakages_eliza_session_messages
from tests.mutants.eliza import sessions as breakages_eliza_sessions
from tests.mutants.eliza import system as breakages_eliza_system
from tests.mutants.eliza import timeouts as breakages_eliza_timeouts
from tests.mutants.eliza.found import BY_RULE
from tests.mutants.mutated_app import Case

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
