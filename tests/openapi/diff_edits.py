"""Single edits of a document, each with the level and the kind of its one change."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any, NamedTuple

import yaml

_TABLE = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text())
_LEVELS = {"B": "breaking", "R": "risky", "H": "harmless"}

#: The document. One of its two large schemas is a copy, so that edits of requests and of responses
#: are apart.
RICH: dict[str, Any] = copy.deepcopy(_TABLE["document"])
_SCHEMAS = RICH["components"]["schemas"]
_SCHEMAS["Out"] = copy.deepcopy(_SCHEMAS["In"])
_SCHEMAS["Out"]["properties"]["local"]["$ref"] = "#/components/schemas/Out/$defs/code"


class Edit(NamedTuple):
    """An edit: the JSON pointer to what gets the value, the level and the kind of its change, and
    those of the edit in reverse."""

    pointer: str
    value: Any
    level: str = ""
    rule: str = ""
    back_level: str = ""
    back_rule: str = ""

    def apply(self, document: dict[str, Any]) -> dict[str, Any]:
        """Return an edited copy of a document."""
        edited = copy.deepcopy(document)
        node: Any = edited
        *steps, last = [
            step.replace("~1", "/").replace("~0", "~") for step in self.pointer.split("/")[1:]
        ]
        for step in steps:
            node = node[int(step)] if isinstance(node, list) else node[step]
        place = int(last) if isinstance(node, list) and last != "-" else last
        if last == "-":
            node.append(self.value)
        elif self.value == "GONE":
            del node[place]
        else:
            node[place] = _reversed(node[place]) if self.value == "REVERSED" else self.value
        return edited

    @property
    def property_name(self) -> str:
        """The property of the large schemas that is edited, or an empty string."""
        if "/$defs/" in self.pointer:
            return "local"
        return self.pointer.partition("/properties/")[2].partition("/")[0]


def edits() -> list[Edit]:
    """Return all edits that clients notice; those of schemas in requests and in responses."""
    return [
        *(_edit(*row) for row in _TABLE["edits"]),
        *(_edit_of_schema("In", "request", row, row[4]) for row in _TABLE["schemas"]),
        *(_edit_of_schema("Out", "response", row, row[5]) for row in _TABLE["schemas"]),
    ]


def unnoticed_edits() -> list[Edit]:
    """Return the edits that clients do not notice."""
    return [Edit(*row) for row in _TABLE["unnoticed"]]


def with_property(name: str) -> dict[str, Any]:
    """Return the document with only one property in its large schemas beside `name`, `kind` and
    `age`: comparisons of all take long."""
    document = copy.deepcopy(RICH)
    for schema in ("In", "Out"):
        properties = document["components"]["schemas"][schema]["properties"]
        for other in properties.keys() - {name, "name", "kind", "age"}:
            del properties[other]
    return document


def _edit(pointer: str, value: Any, rule: str, back_rule: str, levels: str) -> Edit:
    return Edit(pointer, value, _LEVELS[levels[0]], rule, _LEVELS[levels[1]], back_rule)


def _edit_of_schema(schema: str, part: str, row: list[Any], levels: str) -> Edit:
    """Return an edit of one of the large schemas. Without a rule it is that of a new property."""
    pointer, value, rule, back_rule = row[:4]
    new = "added-optional" if part == "request" else "added"
    first, second = (f"{part}-property-{each or new}" for each in (rule, back_rule))
    return _edit(f"/components/schemas/{schema}{pointer}", value, first, second, levels)


def _reversed(node: Any) -> Any:
    return dict(reversed(node.items())) if isinstance(node, dict) else node[::-1]
