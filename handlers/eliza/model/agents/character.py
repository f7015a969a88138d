"""Characters as the server stores them: with an id, and with their secrets encrypted."""

from __future__ import annotations

from typing import Any

from understudy import Record, World

from ..identifiers import id_of_name
from .schema import FIELDS, STYLE_FIELDS


def character_of(world: World, given: Record) -> dict[str, Any]:
    """Return a character as the server stores it; without an id, it gets one made from its name."""
    character = {name: given[name] for name in FIELDS if name in given}
    if "style" in character:
        character["style"] = {k: v for k, v in character["style"].items() if k in STYLE_FIELDS}
    if "settings" in character:
        character["settings"] = with_hidden_secrets(world, character["settings"])
    if "secrets" in character:
        character["secrets"] = _hidden(world, character["secrets"])
    character.setdefault("id", id_of_name(character["name"]))
    return character


def with_hidden_secrets(world: World, settings: Record) -> Record:
    """Return settings with their secrets encrypted."""
    secrets = settings.get("secrets")
    if not isinstance(secrets, dict):
        return settings
    return {**settings, "secrets": _hidden(world, secrets)}


def _hidden(world: World, secrets: Record) -> dict[str, Any]:
    """Replace strings by random text that looks encrypted; nobody can read them again."""
    return {
        name: _cipher(world) if isinstance(value, str) else value for name, value in secrets.items()
    }


def _cipher(world: World) -> str:
    return f"{world.ids.uuid()}:{world.ids.uuid()}".replace("-", "")
