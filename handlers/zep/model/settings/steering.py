"""What observations are to be about: an instruction in words, and types with names.

An observation has a label for each of these types that it names as a word; the instruction is
stored and shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Collection, World

from ..graph.owner import Owner
from .inheritance import Setting
from .record_types import SteeringRecord

STEERING_RECORDS = Collection("observation_steering", record=SteeringRecord)
STEERING = Setting(STEERING_RECORDS)


def steering_of(world: World, owner: Owner | None) -> dict[str, Any]:
    """Return the steering that counts for an owner, or for the project."""
    return dict(STEERING.read(world, owner) or {"instruction": "", "types": []})


def steer(world: World, owner: Owner | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """Replace the steering of an owner, or of the project; an empty one is removed.

    Return what counts then.
    """
    types = [
        {"name": kind["name"], "description": kind["description"]}
        for kind in given.get("types") or ()
    ]
    steering = {"instruction": given.get("instruction") or "", "types": types}
    if steering["instruction"] or types:
        STEERING.write(world, owner, steering)
    else:
        STEERING.remove(world, owner)
    return steering_of(world, owner)
