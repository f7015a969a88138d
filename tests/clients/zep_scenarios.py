"""Scenarios for other versions of Zep's Python client; the result is printed as JSON.

Run as a program, with the client's directory in PYTHONPATH, ZEP_API_URL and ZEP_API_KEY. The client
is imported by name at run time, because the type checker would use the one in .venv.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable
from functools import partial
from importlib import import_module, metadata
from typing import Any

#: The pauses of the client, in seconds.
pauses: list[float] = []

HELLO = {"role": "Ann", "role_type": "user", "content": "I live in Bergen and I love skiing."}
EVERYTHING = {"page_number": 1, "page_size": 5, "order_by": "created_at", "asc": True}
ANSWER = {"role_type": "assistant", "content": "Noted."}


def cloud() -> dict[str, Any]:
    """Run the core calls of zep-cloud."""
    zep, kinds = _client("zep_cloud")
    added = zep.user.add(user_id="ann", first_name="Ann")
    found = zep.user.get("ann")
    session = zep.memory.add_session(session_id="s", user_id="ann", metadata={"a": 1})
    zep.memory.add_session(session_id="t", user_id="ann")
    messages = [kinds.Message(**HELLO), kinds.Message(**ANSWER)]
    result = {
        "version": metadata.version("zep-cloud"),
        "user": found == added,
        "session": zep.memory.get_session("s") == session,
        "updated": zep.memory.update_session("s", metadata={"b": 2}).metadata,
        "context": zep.memory.add("s", messages=messages, return_context=True).context,
        "memory": [message.content for message in zep.memory.get("s").messages],
        "page": zep.memory.get_session_messages("s", limit=1, cursor=2).messages[0].content,
        "listed": [session.session_id for session in zep.memory.list_sessions(asc=True).sessions],
        "ended": zep.memory.end_session("s").session.ended_at is not None,
        "both": [
            ended.session_id for ended in zep.memory.end_sessions(session_ids=["t", "s"]).sessions
        ],
        "deleted": zep.memory.delete("t").message,
    }
    result["unknown"] = _refusal(lambda: zep.memory.get_session("t"))
    return result


def ended() -> dict[str, Any]:
    """Change an ended session with zep-cloud."""
    zep, kinds = _client("zep_cloud")
    zep.user.add(user_id="ann")
    zep.memory.add_session(session_id="s", user_id="ann")
    zep.memory.end_session("s")
    return {
        "update": _refusal(lambda: zep.memory.update_session("s", metadata={"a": 1})),
        "add": _refusal(lambda: zep.memory.add("s", messages=[kinds.Message(**HELLO)])),
    }


def community() -> dict[str, Any]:
    """Run all calls of zep-python, the client of the Community Edition, with all parameters."""
    zep, kinds = _client("zep_python")
    result: dict[str, Any] = {"version": metadata.version("zep-python"), "calls": {}}

    def call(name: str, *arguments: Any, **named: Any) -> Any:
        group, method = name.split(".")
        values: list[Any] = []
        act = partial(getattr(getattr(zep, group), method), *arguments, **named)
        result["calls"][name] = _refusal(lambda: values.append(act()))
        return values[0] if values else None

    result["user"] = call("user.add", user_id="ann", first_name="Ann").user_id
    result["changed"] = call("user.update", "ann", last_name="Lind").last_name
    result["found"] = call("user.get", "ann").first_name
    result["users"] = call("user.list_ordered", page_size=5, page_number=1).total_count
    call("memory.add_session", session_id="s", user_id="ann", metadata={"a": 1})
    result["session"] = call("memory.get_session", "s").metadata
    result["updated"] = call("memory.update_session", "s", metadata={"b": 2}).metadata
    result["sessions"] = call("memory.list_sessions", **EVERYTHING).total_count
    call("user.get_sessions", "ann")
    call("memory.add", "s", messages=[kinds.Message(**HELLO), kinds.Message(**ANSWER)])
    memory = call("memory.get", "s", lastn=6, min_rating=0)
    result["memory"] = [message.content for message in memory.messages]
    message = call("memory.get_session_messages", "s", limit=1, cursor=1).messages[0]
    result["page"] = message.content
    result["message"] = call("memory.get_session_message", "s", message.uuid_).content
    marked = call("memory.update_message_metadata", "s", message.uuid_, metadata={"seen": True})
    result["marked"] = marked.metadata
    question = {"text": "skiing", "user_id": "ann", "search_scope": "facts"}
    results = call("memory.search_sessions", limit=5, **question)
    result["results"] = len(results.results)
    fact = memory.relevant_facts[0]
    result["fact"] = call("memory.get_fact", fact.uuid_).fact.fact == fact.fact
    call("memory.delete_fact", fact.uuid_)
    result["deleted"] = call("memory.delete", "s").message
    result["gone"] = call("user.delete", "ann").message
    return result


def empty() -> dict[str, Any]:
    """Run calls of zep-python without parameters, which it then sends with empty values."""
    zep, _ = _client("zep_python")
    zep.user.add(user_id="ann")
    zep.memory.add_session(session_id="s", user_id="ann")
    return {
        "user.list_ordered": _refusal(zep.user.list_ordered),
        "memory.list_sessions": _refusal(zep.memory.list_sessions),
        "memory.search_sessions": _refusal(lambda: zep.memory.search_sessions(text="skiing")),
        "memory.get": _refusal(lambda: zep.memory.get("s")),
        "memory.get_session_messages": _refusal(lambda: zep.memory.get_session_messages("s")),
    }


def _client(package: str) -> tuple[Any, Any]:
    """Return a client that is configured by its environment, and the package of its types."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return import_module(f"{package}.client").Zep(), import_module(package)


def _refusal(call: Callable[[], Any]) -> dict[str, Any] | None:
    """Return the error of a call, with the seconds of its pauses between retries, or None."""
    pauses.clear()
    try:
        call()
    except Exception as error:
        return {
            "kind": type(error).__name__,
            "status": getattr(error, "status_code", None),
            "message": getattr(getattr(error, "body", None), "message", None),
            "slept": sum(pauses),
        }
    return None


def _sleep(seconds: float, sleep: Callable[[float], None] = time.sleep) -> None:
    """Sleep, and record the seconds, which depend on the client, not on the machine."""
    pauses.append(seconds)
    sleep(seconds)


if __name__ == "__main__":
    time.sleep = _sleep  # type: ignore[assignment]
    scenarios = {"cloud": cloud, "ended": ended, "community": community, "empty": empty}
    json.dump(scenarios[sys.argv[1]](), sys.stdout)
