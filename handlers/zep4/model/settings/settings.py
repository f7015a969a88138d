"""What a project, a graph or a user has set, as Zep v4 shows and takes it.

`owner` is None for the project, which inherits from nothing. A user or a graph that is told to
inherit loses its own setting.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import World

from ....zep.model.graph.owner import Owner
from ....zep.model.settings.inheritance import Setting
from ....zep.model.settings.instructions import instructions_of, set_instructions
from ....zep.model.settings.steering import STEERING, steer, steering_of
from ..inputs import refuse_repeated_names


def shown_instructions(world: World, setting: Setting, owner: Owner | None) -> dict[str, Any]:
    """Return the instructions that count for an owner, or for the project."""
    return {
        "instructions": instructions_of(world, setting, owner),
        "inherited": setting.is_inherited(world, owner),
    }


def put_instructions(
    world: World, setting: Setting, owner: Owner | None, given: Mapping[str, Any]
) -> dict[str, Any]:
    """Replace the instructions of an owner, or of the project, and return them."""
    if not inherits(world, setting, owner, given):
        instructions = given.get("instructions") or []
        refuse_repeated_names("/instructions", instructions)
        set_instructions(world, setting, owner, instructions)
    return shown_instructions(world, setting, owner)


def shown_steering(world: World, owner: Owner | None) -> dict[str, Any]:
    """Return the steering that counts for an owner, or for the project."""
    steering = steering_of(world, owner)
    if not steering["instruction"]:
        del steering["instruction"]
    return {**steering, "inherited": STEERING.is_inherited(world, owner)}


def put_steering(world: World, owner: Owner | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """Replace the steering of an owner, or of the project, and return it."""
    if not inherits(world, STEERING, owner, given):
        refuse_repeated_names("/types", given.get("types") or [])
        steer(world, owner, given)
    return shown_steering(world, owner)


def inherits(world: World, setting: Setting, owner: Owner | None, given: Mapping[str, Any]) -> bool:
    """Remove the setting of an owner that is told to inherit; return whether it is."""
    if not given.get("inherited"):
        return False
    setting.remove(world, owner)
    return True
