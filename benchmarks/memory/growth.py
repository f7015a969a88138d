"""Sends requests to the app in this process, and prints how its memory grows with each.

`python -m benchmarks.memory.growth [listed]` prints a JSON object of kilobytes for each kind. With
`listed`, all indexes have been used before, and are kept up to date from then on.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from understudy.app import Understudy
from understudy.client.transports.in_process import InProcess
from understudy.runtime.namespaces.namespace import DEFAULT
from understudy.serving.project import load

#: Requests of each kind: before the measurement they fill the journal and what else is bounded.
_BEFORE, _MEASURED = 3000, 20_000

_PAGE = os.sysconf("SC_PAGE_SIZE")

_HEADERS = [
    (b"host", b"127.0.0.1"),
    (b"authorization", b"Api-Key bench"),
    (b"content-type", b"application/json"),
]

Send = Callable[[str, str, Any], Any]


def main(listed: bool) -> None:
    """Measure all kinds, one after the other, and print the results."""
    apis = load([])
    app = Understudy(apis)
    in_process = InProcess(app)

    def send(method: str, path: str, body: Any = None) -> Any:
        content = b"" if body is None else json.dumps(body).encode()
        headers = [*_HEADERS, (b"content-length", b"%d" % len(content))]
        response = in_process.perform(method, path.encode(), headers, content).result()
        assert response.status < 300, response
        return json.loads(response.body)

    kinds = _kinds(send)
    for add in kinds.values():
        for number in range(_BEFORE):
            add(number)
    if listed:
        _use_indexes(app, apis)
    print(json.dumps({name: _growth(add) / 1000 for name, add in kinds.items()}))
    in_process.close()


def _kinds(send: Send) -> dict[str, Callable[[int], Any]]:
    """Return what adds a record of each kind, by its number."""
    send("POST", "/api/v2/users", {"user_id": "ada"})
    agent = send("GET", "/api/agents", None)["data"]["agents"][0]["id"]

    def add_session(number: int) -> None:
        send("POST", "/api/v2/sessions", {"session_id": f"session-{number}", "user_id": "ada"})

    def add_message(number: int) -> None:
        content = f"What is the status of my order number {number}?"
        message = {"role_type": "user", "role": "Ada", "content": content}
        path = f"/api/v2/sessions/session-{number % 1000}/memory"
        send("POST", path, {"messages": [message]})

    def add_eliza_session(number: int) -> None:
        user = f"aaaaaaaa-aaaa-4aaa-8aaa-{number:012}"
        send("POST", "/api/messaging/sessions", {"agentId": agent, "userId": user})

    return {
        "Zep session": add_session,
        "Zep message": add_message,
        "Eliza session": add_eliza_session,
    }


def _use_indexes(app: Understudy, apis: Any) -> None:
    """Use each index of each collection once."""
    worlds = app.namespaces.get(DEFAULT).worlds
    for api in apis:
        for world in worlds.of(api.template):
            for collection in api.collections.values():
                for index in collection.indexes:
                    world.store.count(collection, index)


def _growth(add: Callable[[int], Any]) -> float:
    """Return by how many bytes the memory of the process grows with each record."""
    before = _resident_memory()
    for number in range(_BEFORE, _BEFORE + _MEASURED):
        add(number)
    return (_resident_memory() - before) / _MEASURED


def _resident_memory() -> int:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE


if __name__ == "__main__":
    main("listed" in sys.argv[1:])
