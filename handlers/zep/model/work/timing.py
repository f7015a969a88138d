"""When work is done: the setting `ingestion` of a namespace.

immediate  In the request that asks for it; the default.
delayed    When the clock of the namespace has moved on by `delay`.
manual     When a test calls the action `finish_work` or `fail_work`.
failing    Never: tasks fail at once, with `message`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any

import msgspec

from understudy import World

_DEFAULT = {"mode": "immediate"}
_DELAY = "PT5S"
_MESSAGE = "The ingestion has failed, as the settings of the namespace say."
_MICROSECOND = timedelta(microseconds=1)

_DURATION = r"^P(?=.)(\d{1,4}D)?(T(?=.)(\d{1,6}H)?(\d{1,6}M)?(\d{1,9}(\.\d{1,6})?S)?)?$"

SETTINGS = {
    "ingestion": {
        "type": "object",
        "description": "When work that takes time is done: episodes, clones, deletes, batches.",
        "required": ["mode"],
        "additionalProperties": False,
        "default": _DEFAULT,
        "properties": {
            "mode": {
                "enum": ["immediate", "delayed", "manual", "failing"],
                "description": "In the request, after a delay, by an action, or never.",
            },
            "delay": {
                "type": "string",
                "pattern": _DURATION,
                "default": _DELAY,
                "description": "How long work waits if it is delayed; ISO 8601.",
            },
            "message": {
                "type": "string",
                "minLength": 1,
                "maxLength": 1000,
                "default": _MESSAGE,
                "description": "What tasks say that fail.",
            },
        },
    }
}


def mode(world: World) -> str:
    """Return the mode of the namespace."""
    return str(_ingestion(world)["mode"])


def delay(world: World) -> int:
    """Return how long delayed work waits, in microseconds."""
    return _micros(_ingestion(world).get("delay", _DELAY))


def failure(world: World) -> str:
    """Return what tasks say that fail."""
    return str(_ingestion(world).get("message", _MESSAGE))


def _ingestion(world: World) -> Mapping[str, Any]:
    setting: Mapping[str, Any] = world.settings.get("ingestion", _DEFAULT)
    return setting


@lru_cache(maxsize=16)
def _micros(duration: str) -> int:
    return msgspec.convert(duration, timedelta) // _MICROSECOND
