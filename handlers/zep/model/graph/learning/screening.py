"""Screens what a graph is to learn by its content policy, and records what was dropped.

A fact is dropped if it has all words of a prohibited example of a rule, whatever their order and
case, unless it has all words of a permitted example of that rule. It is for each dropped fact that
there is an event: `{"id", "graph", "episode_uuid", "artifact_kind", "category_keys", "rule_ids",
"drop_reason", "revision", "decided_at"}`; and one more for its episode.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from understudy import Collection, Index, Record, World

from ...dates import timestamp
from ...intelligence.statements import Extracted
from ...intelligence.words import plain_words
from ...settings.record_types import PolicyEventRecord
from ..owner import Owner, graph_of

EVENTS_OF_GRAPH = Index(group="graph")
POLICY_EVENTS = Collection(
    "content_policy_events", (EVENTS_OF_GRAPH,), record=PolicyEventRecord, key="id"
)


class Screened(NamedTuple):
    """The facts that a policy permits, and the rules that each dropped one matches."""

    kept: list[Extracted]
    dropped: list[list[Mapping[str, Any]]]


def screen(policy: Record, facts: Iterable[Extracted]) -> Screened:
    """Return which facts a policy permits."""
    screened = Screened([], [])
    for fact in facts:
        words = frozenset(plain_words(fact.fact))
        rules = [rule for rule in policy["rules"] if _prohibits(rule, words)]
        if rules:
            screened.dropped.append(rules)
        else:
            screened.kept.append(fact)
    return screened


def _prohibits(rule: Mapping[str, Any], words: frozenset[str]) -> bool:
    return _has_one(words, rule["prohibited_examples"]) and not _has_one(
        words, rule["permitted_examples"]
    )


def _has_one(words: frozenset[str], examples: Sequence[str]) -> bool:
    """Return whether all words of one of the examples are among the words."""
    return any(wanted and wanted <= words for wanted in map(_words_of_example, examples))


@lru_cache(maxsize=1024)  # the examples of a policy are compared with every fact
def _words_of_example(text: str) -> frozenset[str]:
    return frozenset(plain_words(text))


def state_of(policy: Record, screened: Screened) -> dict[str, Any]:
    """Return what a policy did with what was derived from an episode, as responses show it."""
    keys = _category_keys(rule for rules in screened.dropped for rule in rules)
    return {
        "status": "complete",
        "revision": policy["revision"],
        "violated": bool(screened.dropped),
        "category_keys": keys,
        "dropped_count": len(screened.dropped),
        "retained_count": len(screened.kept),
    }


def record_events(
    world: World, owner: Owner, policy: Record, episode_uuid: str, screened: Screened
) -> None:
    """Store an event for each dropped fact of an episode, and one for the episode."""
    common = {
        "graph": graph_of(owner),
        "episode_uuid": episode_uuid,
        "drop_reason": "match",
        "revision": policy["revision"],
        "decided_at": timestamp(world.clock.now()),
    }
    for rules in screened.dropped:
        _put_event(world, {**common, "artifact_kind": "edge"}, rules)
    if screened.dropped:
        every = {rule["id"]: rule for rules in screened.dropped for rule in rules}
        _put_event(world, {**common, "artifact_kind": "episode"}, list(every.values()))


def _put_event(world: World, fields: Mapping[str, Any], rules: Sequence[Mapping[str, Any]]) -> None:
    event = {
        "id": world.ids.uuid(),
        **fields,
        "category_keys": _category_keys(rules),
        "rule_ids": [rule["id"] for rule in rules],
    }
    world.store.put(POLICY_EVENTS, event["id"], event)


def _category_keys(rules: Iterable[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(rule["category_key"] for rule in rules))


def forget_events(world: World, owner: Owner) -> None:
    """Delete the events of a graph."""
    for event in world.store.list(POLICY_EVENTS, EVENTS_OF_GRAPH, graph_of(owner)):
        world.store.delete(POLICY_EVENTS, event["id"])
