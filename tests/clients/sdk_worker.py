"""Calls a Python client of Zep, of the version that PYTHONPATH has, as another process tells it.

Each line of the standard input is a call: `{"base_url", "api_key", "method": "thread.create",
"positional": [...], "arguments": {...}, "asynchronous": bool}`. Each line of the output is its
result: `{"value": ...}`, or `{"error": {"kind", "status", "body"}}`. In arguments,
`{"$model": NAME, ...}` is an object of the client's type of that name. The items of all pages of a
pager are returned as a list.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
from functools import lru_cache
from operator import attrgetter
from typing import Any

import zep_cloud
from zep_cloud.client import AsyncZep, Zep

# Version 2.22.1 has its models by Pydantic 1.
_to_json = importlib.import_module("zep_cloud.core.jsonable_encoder").jsonable_encoder


@lru_cache(maxsize=16)
def _client(kind: Any, base_url: str, api_key: str) -> Any:
    return kind(base_url=base_url, api_key=api_key)


def _argument(value: Any) -> Any:
    """Return an argument with the models that it names."""
    if isinstance(value, list):
        return [_argument(item) for item in value]
    if not isinstance(value, dict):
        return value
    fields = {name: _argument(item) for name, item in value.items() if name != "$model"}
    return getattr(zep_cloud, value["$model"])(**fields) if "$model" in value else fields


def _collected(result: Any) -> Any:
    """Return the items of all pages if the result is a pager."""
    return list(result) if hasattr(result, "has_next") else result


async def _collected_later(awaitable: Any) -> Any:
    result = await awaitable
    return [item async for item in result] if hasattr(result, "has_next") else result


def _call(call: dict[str, Any]) -> Any:
    kind = AsyncZep if call["asynchronous"] else Zep
    client = _client(kind, call["base_url"], call["api_key"])
    named = {name: _argument(value) for name, value in call["arguments"].items()}
    result = attrgetter(call["method"])(client)(*_argument(call["positional"]), **named)
    if call["asynchronous"]:
        return loop.run_until_complete(_collected_later(result))
    return _collected(result)


def _answer(call: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"value": _to_json(_call(call))}
    except Exception as error:  # the test looks at it
        status, body = getattr(error, "status_code", None), getattr(error, "body", str(error))
        return {"error": {"kind": type(error).__name__, "status": status, "body": _to_json(body)}}


loop = asyncio.new_event_loop()
for line in sys.stdin:
    print(json.dumps(_answer(json.loads(line)), default=str), flush=True)
