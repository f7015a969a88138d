"""What is learned from data that clients add to a graph.

text      Each line is a fact about the owner of the graph.
message   Each line `NAME: WORDS` is what NAME said; any other line counts as text.
json      Each value that is neither object nor array is a fact: `SUBJECT: PATH is VALUE`, of which
          the relation is HAS_PATH. The subject is the `name` of the outermost object, else the
          owner. What is not JSON counts as text.

An episode gives at most 50 facts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from understudy import World

from ..groups import GROUPS
from ..intelligence.statements import Extracted, facts_from, stated
from ..records import timestamp
from ..users import USERS
from .episodes import add_episode
from .nodes import full_name
from .records import Owner

_MOST_FACTS = 50
#: What data may tell of itself.
_OPTIONAL_FIELDS = ("source_description", "created_at")
_LONGEST_NAME = 50

_SPEAKER_LINE = re.compile(r"\s*([^:\s][^:]{0,49}?)\s*:\s+(\S.*)")
_NO_WORD = re.compile(r"[\W_]+")


def add_data(world: World, owner: Owner, given: Mapping[str, Any]) -> dict[str, Any]:
    """Add data to a graph: an episode, and the facts that are learned from it; the episode."""
    facts = _facts(given["type"], given["data"], name_of(world, owner))
    told = {"content": given["data"], "source": given["type"]}
    told.update({name: given[name] for name in _OPTIONAL_FIELDS if given.get(name)})
    return add_episode(world, owner, told, facts, timestamp(world.clock.now()))


def name_of(world: World, owner: Owner) -> str:
    """What the owner of a graph is called in facts that do not say who they are about."""
    kind, owner_id = owner
    if kind == "user":
        return full_name(world.store.get(USERS, owner_id) or {"user_id": owner_id})
    group = world.store.get(GROUPS, owner_id) or {}
    return group.get("name") or owner_id


def _facts(source: str, data: str, owner: str) -> list[Extracted]:
    if source == "json":
        found = _from_json(data, owner)
    else:
        found = _from_lines(data, owner, spoken=source == "message")
    return list(islice(found, _MOST_FACTS))


def _from_lines(data: str, owner: str, *, spoken: bool) -> Iterator[Extracted]:
    for line in data.splitlines():
        said = _SPEAKER_LINE.fullmatch(line) if spoken else None
        if said:
            yield from facts_from(said[1], said[2])
        elif line.strip():
            yield stated(owner, " ".join(line.split()))


def _from_json(data: str, owner: str) -> Iterator[Extracted]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        yield from _from_lines(data, owner, spoken=False)
        return
    named = value.get("name") if isinstance(value, dict) else None
    subject = named if isinstance(named, str) and named.strip() else owner
    for path, leaf in _leaves(value):
        yield _property_fact(_clean(subject), _clean(path), _clean(leaf))


def _leaves(value: Any) -> Iterator[tuple[str, str]]:
    """Each scalar, as text, and the path to it; without recursion, as clients choose the depth."""
    pending: list[tuple[str, Any]] = [("", value)]
    while pending:
        path, one = pending.pop()
        if isinstance(one, dict):
            pending += reversed([(f"{path} {key}", inner) for key, inner in one.items()])
        elif isinstance(one, list):
            pending += [(path, inner) for inner in reversed(one)]
        elif one is not None and str(one).strip():
            yield path.strip() or "value", one if isinstance(one, str) else json.dumps(one)


def _clean(text: str) -> str:
    """On one line, and without what JSON can escape but UTF-8 cannot say."""
    return " ".join(text.encode("utf-8", "replace").decode().split())


def _property_fact(subject: str, path: str, value: str) -> Extracted:
    fact = stated(subject, f"{subject}: {path} is {value}")
    relation = _NO_WORD.sub("_", path).strip("_").upper() or "VALUE"
    return fact._replace(name=f"HAS_{relation}"[:_LONGEST_NAME], target=value[:_LONGEST_NAME])
