"""The control API: what one client does counts for all, whichever worker answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any, TypeVar

import httpx

from tests.support.server import Server
from tests.support.timeouts import TIMEOUT
from understudy.client import ControlClient

Result = TypeVar("Result")

USERS = "/api/v2/users"
KEY = {"Authorization": "Api-Key test"}

#: Options of a client that reads neither certificates nor the environment, which take it longest.
QUICK: Any = {"verify": False, "trust_env": False}

#: The number of clients at once, and of requests that reach all workers.
CLIENTS, MANY = 16, 32


def get(control: ControlClient, path: str) -> httpx.Response:
    """Request a path on a connection of its own, which any worker may get."""
    return httpx.get(f"{control.url}{path}", headers=KEY, **QUICK)


def add_user(control: ControlClient, user: str) -> int:
    """Add a user of Zep on a connection of its own, and return the status."""
    return post_user(control, user).status_code


def post_user(control: ControlClient, user: str) -> httpx.Response:
    """Do the same, and return the response."""
    return httpx.post(f"{control.url}{USERS}", headers=KEY, json={"user_id": user}, **QUICK)


def at_once(call: Callable[[], Result], times: int = MANY) -> list[Result]:
    """Return the results of calls by several clients at once."""
    with ThreadPoolExecutor(CLIENTS) as clients:
        return list(clients.map(lambda _: call(), range(times)))


def test_fault_strikes_as_often_as_it_says(server: Server, control: ControlClient) -> None:
    """Three of many requests at once fail, not more and not fewer."""
    control.fail("listAgents", status=503, times=3)
    statuses = Counter(at_once(lambda: get(control, "/api/agents").status_code))
    assert statuses == {200: MANY - 3, 503: 3}
    assert [fault["hits"] for fault in control.faults()] == [3]


def test_scheduled_request_is_made_once(server: Server, control: ControlClient) -> None:
    """Many requests come when it is due."""
    headers = {**KEY, "Content-Type": "application/json"}
    control.clock.freeze("2026-01-01T00:00:00Z")
    control.schedule("POST", USERS, body={"user_id": "late"}, headers=headers, in_="PT1M")
    control.clock.advance(minutes=2)
    at_once(lambda: get(control, f"{USERS}/late"))
    made = [entry for entry in control.requests(limit=1000) if entry.schedule is not None]
    assert [entry.response.status for entry in made] == [201]


def test_clock_and_settings_count_for_all(server: Server, control: ControlClient) -> None:
    """Every connection sees them."""
    control.clock.freeze("2026-01-01T00:00:00Z")
    control.settings(strict=True, personas={"eliza": "1.7"})
    times = at_once(lambda: get(control, "/_understudy/clock").json()["now"])
    assert set(times) == {"2026-01-01T00:00:00.000000Z"}
    found = at_once(lambda: get(control, "/_understudy/settings").json())
    assert {(each["strict"], each["personas"]["eliza"]) for each in found} == {(True, "1.7")}
    assert set(at_once(lambda: get(control, "/api/agents?unknown=1").status_code)) == {400}


def test_snapshot_is_restored_for_all(server: Server, control: ControlClient) -> None:
    """What was added since is gone, and what was removed is there."""
    add_user(control, "before")
    control.state.snapshot("one")
    add_user(control, "after")
    control.state.restore("one")
    assert set(at_once(lambda: get(control, f"{USERS}/before").status_code)) == {200}
    assert set(at_once(lambda: get(control, f"{USERS}/after").status_code)) == {404}


def test_seed_gives_the_same_ids(server: Server, control: ControlClient) -> None:
    """After a reset requests have the responses that they had before."""
    answers = []
    for _ in range(2):
        control.reset(seed="five")
        control.clock.freeze("2026-01-01T00:00:00Z")
        answers.append([post_user(control, user).content for user in "abcdefgh"])
    assert answers[0] == answers[1]


def test_waiting_ends_by_a_request_to_any_worker(server: Server, control: ControlClient) -> None:
    """It ends when enough requests have come, and all are in the journal."""
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(control.wait_for, "listAgents", count=CLIENTS, timeout=TIMEOUT)
        at_once(lambda: get(control, "/api/agents"), CLIENTS)
        assert len(waiting.result()) == CLIENTS


def test_stream_has_the_exchanges_of_all_workers(server: Server, control: ControlClient) -> None:
    """Each comes once."""
    watched = control.watch("listAgents")
    numbers = count(1)
    at_once(lambda: get(control, f"/api/agents?n={next(numbers)}"), CLIENTS)
    seen = [next(watched).request.query for _ in range(CLIENTS)]
    assert sorted(seen) == sorted(f"n={number}" for number in range(1, CLIENTS + 1))


def test_rate_limit_is_that_of_all_workers(server: Server, control: ControlClient) -> None:
    """Ten requests are answered, and no more."""
    statuses = Counter(at_once(lambda: get(control, "/api/v4/users/ada").status_code))
    assert statuses[429] == MANY - 10, statuses


def test_writes_of_many_clients_are_all_kept(server: Server, control: ControlClient) -> None:
    """One client adds a user, and the others are told that there is one."""
    statuses = Counter(at_once(lambda: add_user(control, "ann")))
    assert statuses[201] == 1, statuses
    numbers = count()
    assert set(at_once(lambda: add_user(control, f"user-{next(numbers)}"))) == {201}
    listed = get(control, "/api/v2/users-ordered?pageSize=1000").json()
    assert listed["total_count"] == MANY + 1
