"""Context for the next prompt: the facts about a user that are relevant to the last messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from understudy import World

from ..contexts import context_of_session
from ..graph.elements.facts import FACTS, is_rated
from ..graph.elements.nodes import as_node, user_node
from ..graph.owner import graph_of
from ..graph.records import IN_GRAPH
from ..intelligence.ranking import most_similar
from ..local_time import fact_line, zone_of
from ..users import USERS
from .messages import recent_messages, recent_texts

#: How many of the last messages of a session decide what is relevant.
CONTEXT_MESSAGES = 4

_MOST_FACTS = 5
#: How many of the newest facts of a user are considered.
_CANDIDATES = 20

_CONTEXT = """\
What is known that bears on the current conversation:

<FACTS>
{facts}
</FACTS>

<ENTITIES>
{entities}
</ENTITIES>
"""

_BLOCK = """\
# This is the user summary
<USER_SUMMARY>
{summary}
</USER_SUMMARY>

{context}"""


def context_block(world: World, session: Mapping[str, Any]) -> str:
    """Return the context of a session as v3 and v4 show it: with the summary of its user.

    One that a test has planted is returned as it is.
    """
    planted = context_of_session(world, session["session_id"], session["user_id"])
    if planted is not None:
        return planted
    messages = recent_messages(world, session["session_id"], CONTEXT_MESSAGES)
    facts = relevant_facts(world, session["user_id"], messages)
    user = world.store.get(USERS, session["user_id"])
    summary = as_node(world, user_node(world, user))["summary"] if user else ""
    zone = zone_of(world, ("user", session["user_id"]))
    return _BLOCK.format(summary=summary, context=context(facts, zone))


def relevant_facts(
    world: World,
    user_id: str,
    messages: Sequence[Mapping[str, Any]],
    min_rating: float | None = None,
) -> list[dict[str, Any]]:
    """Return the five facts that are most similar to the last messages; of equals, the newest."""
    graph = graph_of(("user", user_id))
    newest = world.store.list(FACTS, IN_GRAPH, graph, descending=True, limit=_CANDIDATES)
    facts = [stored["fact"] for stored in newest]
    if min_rating is not None:
        facts = [fact for fact in facts if is_rated(fact, min_rating)]
    query = " ".join(recent_texts(messages[-CONTEXT_MESSAGES:]))
    best = most_similar(query, [fact["fact"] for fact in facts], _MOST_FACTS)
    return [facts[number] for number in best]


def context(facts: Sequence[Mapping[str, Any]], zone: str | None = None) -> str:
    """Return the text for a prompt: facts, when they are valid, and their entities.

    Times are those of a time zone, if there is one.
    """
    names = (fact.get(end) for fact in facts for end in ("source_node_name", "target_node_name"))
    entities = dict.fromkeys(name for name in names if name)
    return _CONTEXT.format(
        facts="\n".join(f"  - {fact_line(fact, zone)}" for fact in facts),
        entities="\n".join(f"  - {name}" for name in entities),
    )
