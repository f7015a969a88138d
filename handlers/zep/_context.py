"""What is put into the next prompt: the facts of a user that bear on what was said last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from understudy import World

from ._facts import FACTS, FACTS_OF_USER, is_rated
from ._intelligence import rank

#: Zep judges what is relevant by the last four messages of a session.
CONTEXT_MESSAGES = 4

_MOST_FACTS = 5
#: The newest facts of a user, of which the relevant ones are chosen.
_CANDIDATES = 50

_CONTEXT = """\
What is known that bears on the current conversation:

<FACTS>
{facts}
</FACTS>

<ENTITIES>
{entities}
</ENTITIES>
"""


def relevant_facts(
    world: World,
    user_id: str,
    messages: Sequence[Mapping[str, Any]],
    min_rating: float | None = None,
) -> list[dict[str, Any]]:
    """The five facts that are most like the last messages; the newest of those equally so."""
    newest = world.store.list(FACTS, FACTS_OF_USER, user_id, descending=True, limit=_CANDIDATES)
    facts = [one["fact"] for one in newest if is_rated(one["fact"], min_rating)]
    said = " ".join(message["content"] for message in messages[-CONTEXT_MESSAGES:])
    ranked = rank(
        said, facts, lambda fact: fact["fact"], limit=_MOST_FACTS, min_score=None, mmr_lambda=None
    )
    return [fact for _, fact in ranked]


def context(facts: Sequence[Mapping[str, Any]]) -> str:
    """What to put into a prompt: facts with the time that they hold for, and whom they tell of."""
    names = (fact.get(end) for fact in facts for end in ("source_node_name", "target_node_name"))
    entities = dict.fromkeys(name for name in names if name)
    return _CONTEXT.format(
        facts="\n".join(map(_line, facts)),
        entities="\n".join(f"  - {name}" for name in entities),
    )


def _line(fact: Mapping[str, Any]) -> str:
    since = fact.get("valid_at") or fact["created_at"]
    return f"  - {fact['fact']} ({since} - {fact.get('invalid_at') or 'present'})"
