"""A document of OpenAPI 3.1 written in 3.0, which is the newest version that Connexion reads.

Only what our documents use: types that are lists, the type null, `const`, and `if` with `then`.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

_VALUES = ("example", "examples", "enum", "default", "const")


def in_3_0(document: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of the document in OpenAPI 3.0."""
    if document["openapi"].startswith("3.0"):
        return deepcopy(document)
    parts = {name: part for name, part in document.items() if name != "webhooks"}
    return {**_older(deepcopy(parts)), "openapi": "3.0.3"}


def _older(part: Any) -> Any:
    if isinstance(part, list):
        return [_older(item) for item in part]
    if not isinstance(part, dict):
        return part
    copy = {name: item if name in _VALUES else _older(item) for name, item in part.items()}
    kinds = copy.get("type")
    if kinds == "null":
        return {"enum": [None]}
    if isinstance(kinds, list):
        del copy["type"]
        copy |= _of_types(kinds)
    if "const" in copy:
        copy["enum"] = [copy.pop("const")]
    if "if" in copy:
        condition, result = copy.pop("if"), copy.pop("then")
        implied = {"anyOf": [{"not": condition}, result]}
        copy["allOf"] = [*copy.get("allOf", ()), implied]
    return copy


def _of_types(kinds: list[str]) -> dict[str, Any]:
    others = [kind for kind in kinds if kind != "null"]
    if len(others) == 1:
        return {"type": others[0], "nullable": True}
    return {"anyOf": [_one(kind) for kind in kinds]}


def _one(kind: str) -> dict[str, Any]:
    return {"enum": [None]} if kind == "null" else {"type": kind}
