"""Facts in data that clients add to a graph.

text      Each line is a fact about the owner of the graph.
message   Each line `NAME: WORDS` is a statement by NAME; any other line counts as text.
json      Each value that is neither object nor array is a fact: `SUBJECT: PATH is VALUE`, with the
          relation HAS_PATH. The subject is the `name` of the outermost object, else the owner.
          Data that is not JSON counts as text.

An episode gives at most 50 facts. Of a subject the first 50 characters count, and of a path the
first 250, for each fact repeats them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from ...intelligence.statements import Extracted, facts_from, stated

_MOST_FACTS = 50
_LONGEST_NAME = 50
_LONGEST_PATH = 250

_SPEAKER_LINE = re.compile(r"\s*([^:\s][^:]{0,49}?)\s*:\s+(\S.*)")
_NO_WORD = re.compile(r"[\W_]+")


def facts_in(source: str, data: str, owner: str) -> list[Extracted]:
    """Return the facts in data of a kind, about the owner of that name if it names nobody."""
    if source == "json":
        facts = _from_json(data, owner)
    else:
        facts = _from_lines(data, owner, spoken=source == "message")
    return list(islice(facts, _MOST_FACTS))


def _from_lines(data: str, owner: str, *, spoken: bool) -> Iterator[Extracted]:
    for line in data.splitlines():
        match = _SPEAKER_LINE.fullmatch(line) if spoken else None
        if match:
            yield from facts_from(match[1], match[2])
        elif line.strip():
            yield stated(owner, " ".join(line.split()))


def _from_json(data: str, owner: str) -> Iterator[Extracted]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        yield from _from_lines(data, owner, spoken=False)
        return
    named = value.get("name") if isinstance(value, dict) else None
    subject = _clean(named)[:_LONGEST_NAME] if isinstance(named, str) else ""
    for path, leaf in _leaves(value):
        yield _property_fact(subject or _clean(owner), _clean(path), _clean(leaf))


def _leaves(value: Any) -> Iterator[tuple[str, str]]:
    """Yield each scalar as text, with the path to it.

    There is no recursion, because clients choose the depth. Nothing is expanded before it is asked
    for.
    """
    pending = [_members("", [value])]
    while pending:
        for path, node in pending[-1]:
            if isinstance(node, dict | list):
                pending.append(_members(path, node))
                break
            if node is not None and str(node).strip():
                yield path.strip() or "value", node if isinstance(node, str) else json.dumps(node)
        else:
            pending.pop()


def _members(path: str, node: dict[str, Any] | list[Any]) -> Iterator[tuple[str, Any]]:
    """Yield what is in an object or an array, with the path to it."""
    if isinstance(node, dict):
        return ((f"{path} {key}"[:_LONGEST_PATH], inner) for key, inner in node.items())
    return ((path, inner) for inner in node)


def _clean(text: str) -> str:
    """Return the text on one line, without lone surrogates, which UTF-8 cannot encode."""
    return " ".join(text.encode("utf-8", "replace").decode().split())


def _property_fact(subject: str, path: str, value: str) -> Extracted:
    fact = stated(subject, f"{subject}: {path} is {value}")
    relation = _NO_WORD.sub("_", path).strip("_").upper() or "VALUE"
    return fact._replace(name=f"HAS_{relation}"[:_LONGEST_NAME], target=value[:_LONGEST_NAME])
