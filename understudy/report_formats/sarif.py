"""SARIF 2.1.0, as code scanning reads it: rules with help, and results at places in files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from understudy.version import VERSION

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True)
class Rule:
    """A rule: its id, what it asks for in a sentence, and how a reader mends what breaks it."""

    id: str
    summary: str
    help: str = ""


@dataclass(frozen=True)
class Place:
    """A place in a file: its path relative to the root of the sources, or its URL. `line` counts
    from 1; `name` is that of the part there, such as an operation."""

    file: str
    line: int = 1
    name: str = ""


@dataclass(frozen=True)
class Result:
    """One thing that was found. `key` is the same for the same thing in another run."""

    rule: str
    level: Literal["error", "warning", "note"]
    message: str
    place: Place
    key: str


def as_sarif(
    rules: Iterable[Rule], results: Iterable[Result], properties: dict[str, Any] | None = None
) -> str:
    """Return the log of one run. `properties` say what is true of the whole run."""
    listed = sorted(rules, key=lambda rule: rule.id)
    index = {rule.id: number for number, rule in enumerate(listed)}
    driver = {"name": "understudy", "version": VERSION, "rules": list(map(_rule, listed))}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(result, index[result.rule]) for result in results],
        "properties": properties or {},
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2)


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.summary or rule.id},
        "fullDescription": {"text": rule.summary or rule.id},
        "help": {"text": rule.help or rule.summary or rule.id},
    }


def _result(result: Result, index: int) -> dict[str, Any]:
    return {
        "ruleId": result.rule,
        "ruleIndex": index,
        "level": result.level,
        "message": {"text": result.message},
        "locations": [_location(result.place)],
        "partialFingerprints": {"understudyKey/v1": _digest(result.key)},
    }


def _location(place: Place) -> dict[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": place.file},
            "region": {"startLine": place.line},
        }
    }
    if place.name:
        location["logicalLocations"] = [{"name": place.name, "kind": "function"}]
    return location


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode(errors="backslashreplace")).hexdigest()[:32]
