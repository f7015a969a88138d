"""Instructions in words: for what graphs learn, and for the summaries of users.

They are stored and shown; the rules that stand in for a language model here do not read them.
"""

from __future__ import annotations

from collections.abc import Collection as Container
from collections.abc import Iterable, Mapping
from typing import Any

from understudy import Collection, Problem, World

from ..graph.owner import Owner
from .inheritance import Setting
from .record_types import InstructionsRecord

CUSTOM_RECORDS = Collection("custom_instructions", record=InstructionsRecord)
CUSTOM_INSTRUCTIONS = Setting(CUSTOM_RECORDS)
SUMMARY_RECORDS = Collection("summary_instructions", record=InstructionsRecord)
SUMMARY_INSTRUCTIONS = Setting(SUMMARY_RECORDS)

#: How many instructions a project, a user or a graph may have of its own.
MOST_CUSTOM_INSTRUCTIONS = 50
MOST_SUMMARY_INSTRUCTIONS = 5

Instructions = list[dict[str, Any]]


def instructions_of(world: World, setting: Setting, owner: Owner | None) -> Instructions:
    """Return the instructions that count for an owner, or for the project."""
    record = setting.read(world, owner)
    return list(record["instructions"]) if record else []


def own_instructions(world: World, setting: Setting, owner: Owner | None) -> Instructions:
    """Return the instructions of an owner, or of the project, itself."""
    record = setting.own(world, owner)
    return list(record["instructions"]) if record else []


def set_instructions(
    world: World, setting: Setting, owner: Owner | None, given: Iterable[Mapping[str, Any]]
) -> Instructions:
    """Replace the instructions of an owner, or of the project; of a name, the last one counts."""
    by_name = {str(one["name"]): {"name": one["name"], "text": one["text"]} for one in given}
    instructions = list(by_name.values())
    setting.write(world, owner, {"instructions": instructions})
    return instructions


def add_instructions(
    world: World,
    setting: Setting,
    owner: Owner | None,
    given: Iterable[Mapping[str, Any]],
    most: int | None = None,
) -> None:
    """Add instructions to those of an owner, or of the project. Raises Problem 400 above `most`."""
    together = [*own_instructions(world, setting, owner), *given]
    if most is not None and len({one["name"] for one in together}) > most:
        raise Problem(400, f"bad request: at most {most} instructions")
    set_instructions(world, setting, owner, together)


def remove_instructions(
    world: World, setting: Setting, owner: Owner | None, names: Container[str] = ()
) -> None:
    """Delete the named instructions of an owner, or of the project; without names, all."""
    own = own_instructions(world, setting, owner) if names else []
    kept = [one for one in own if one["name"] not in names]
    if kept:
        setting.write(world, owner, {"instructions": kept})
    else:
        setting.remove(world, owner)
