"""What a database has is there after the server has ended and begins again."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.serving.stores.conftest import IDS, STORES
from tests.serving.stores.test_control import KEY, QUICK, add_user, get, post_user
from tests.support.server import running
from tests.support.stores import serve_arguments
from understudy.client import ControlClient

SPENT, LEFT = "listAgents", "addUser"


def fill(control: ControlClient) -> None:
    """Put a namespace into a state of every kind."""
    control.reset(seed="seven")
    control.clock.freeze("2026-01-01T00:00:00Z")
    control.settings(strict=True, personas={"eliza": "1.7"})
    assert add_user(control, "ann") == 201
    control.state.snapshot("one")
    assert add_user(control, "bob") == 201
    control.fail(SPENT, status=503, times=1)
    control.fail(LEFT, status=500, times=2, body={"message": "later"})
    assert get(control, "/api/agents").status_code == 503
    headers = {**KEY, "Content-Type": "application/json"}
    body = {"user_id": "late"}
    control.schedule("POST", "/api/v2/users", body=body, headers=headers, in_="PT1H")


def check(control: ControlClient) -> None:
    """Check that a namespace is in that state, and goes on from there."""
    assert get(control, "/_understudy/clock").json()["frozen"] is True
    assert control.clock.now().isoformat() == "2026-01-01T00:00:00+00:00"
    settings = get(control, "/_understudy/settings").json()
    assert (settings["strict"], settings["personas"]["eliza"]) == (True, "1.7")
    assert [entry.operation for entry in control.requests()] == ["addUser", "addUser", "listAgents"]
    assert [fault["hits"] for fault in control.faults()] == [1, 0]
    assert get(control, "/api/agents").status_code == 200
    assert [add_user(control, "eve") for _ in range(3)] == [500, 500, 201]
    assert get(control, "/api/v2/users/late").status_code == 404
    control.clock.advance(hours=2)
    assert get(control, "/api/v2/users/late").status_code == 200
    control.state.restore("one")
    found = [get(control, f"/api/v2/users/{user}").status_code for user in ("ann", "bob")]
    assert found == [200, 404]


@pytest.mark.parametrize(("store", "workers"), STORES, ids=IDS)
def test_namespace_is_there_after_a_restart(store: str, workers: int, directory: Path) -> None:
    """Its records, clock, settings, faults, schedule, snapshots, journal and the number of ids."""
    with serve_arguments(store, directory, workers) as arguments:
        with running(*arguments) as server, ControlClient(server.url, "kept") as control:
            fill(control)
        with running(*arguments) as server, ControlClient(server.url, "kept") as control:
            check(control)
            kept = post_user(control, "next").json()
        with running(*arguments) as server, ControlClient(server.url, "other") as control:
            control.reset(seed="seven")  # the same requests without a restart
            fill(control)
            check(control)
            assert post_user(control, "next").json() == kept


@pytest.mark.parametrize("workers", [1, 2])
def test_hosts_share_a_database(workers: int, directory: Path) -> None:
    """What one server has written, another one reads at once; each knows of the other's clients."""
    with (
        serve_arguments("redis", directory, workers) as arguments,
        running(*arguments) as one,
        running(*arguments) as two,
        ControlClient(one.url, "shared") as here,
        ControlClient(two.url, "shared") as there,
    ):
        watched = there.watch("addUser")
        assert add_user(here, "ann") == 201
        assert next(watched).response.status == 201
        assert get(there, "/api/v2/users/ann").status_code == 200
        here.clock.freeze("2026-01-01T00:00:00Z")
        assert there.clock.now() == here.clock.now()
        here.delete_namespace()
        assert get(there, "/api/v2/users/ann").status_code == 404
        listed = httpx.get(f"{two.url}/_understudy/namespaces", **QUICK).json()
        assert "shared" in [each["name"] for each in listed]
