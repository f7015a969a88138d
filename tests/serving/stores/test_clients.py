"""Socket.IO, webhooks and the pytest plugin where any worker, or any host, may answer."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from queue import Queue
from subprocess import PIPE, Popen
from sys import executable

import httpx
import pytest

from tests.serving.stores.test_control import CLIENTS, QUICK, at_once, get
from tests.serving.test_socketio import client
from tests.support.plugin_project import HEAD, PETS, configure
from tests.support.receiver import Answer, receiving
from tests.support.server import Server
from tests.support.stores import serve_arguments
from tests.support.timeouts import PROGRAM_TIMEOUT, TIMEOUT, wait_until
from understudy.client import ControlClient

#: So many that one worker has not all of them.
MANY = 8


def test_event_reaches_the_clients_of_all_workers(shop: Server, control: ControlClient) -> None:
    """Once each, in one order: events of requests, and of other clients."""
    with ExitStack() as stack:
        guests = [
            stack.enter_context(client(shop, f"guest {number}", control.namespace))
            for number in range(MANY)
        ]
        for room in ("one", "two"):
            assert httpx.post(f"{control.url}/chat/{room}", **QUICK).status_code == 204
        guests[0].client.call("talk", "hello")
        for guest in guests:
            assert [guest.receive() for _ in range(2)] == [("message", "one"), ("message", "two")]
        for guest in guests[1:]:
            assert guest.receive() == ("message", ["guest 0", "hello"])
        assert all(guest.has_nothing() for guest in guests)


def test_clients_of_a_dropped_namespace_are_disconnected(
    shop: Server, control: ControlClient
) -> None:
    """Whichever worker has them, and whichever removes it; so are those of a closed room."""
    for end in (control.delete_namespace, lambda: httpx.post(f"{control.url}/chat/farewell")):
        ended = Queue[str]()
        with ExitStack() as stack:
            for number in range(MANY):
                guest = stack.enter_context(client(shop, f"guest {number}", control.namespace))
                guest.client.on("disconnect", ended.put)
            end()
            for _ in range(MANY):
                ended.get(timeout=TIMEOUT)


def test_polling_is_refused_by_several_workers(shop: Server, control: ControlClient) -> None:
    """The response says what to do; one worker answers."""
    polling = "/socket.io/?EIO=4&transport=polling"
    has_workers = "--workers" in list(shop.process.args)
    response = get(control, polling)
    assert response.status_code == (400 if has_workers else 200)
    refused = get(control, f"{polling}&sid=unknown")
    assert (refused.status_code, "transports: ['websocket']" in refused.text) == (400, True)


def test_deliveries_are_those_of_all_workers(shop: Server, control: ControlClient) -> None:
    """All workers list what waits; the clock, moved by any of them, wakes it."""
    control.clock.freeze("2026-01-01T00:00:00Z")
    with receiving(Answer(503)) as receiver:
        at_once(lambda: control.send_webhook("paid", receiver.url), MANY)
        wait_until(lambda: [len(each.attempts) for each in control.deliveries()] == [1] * MANY)
        listed = at_once(lambda: get(control, "/_understudy/deliveries").json(), CLIENTS)
        assert {len(each) for each in listed} == {MANY}
        assert {each["next_at"] for each in listed[0]} == {"2026-01-01T01:00:00.000000Z"}
        receiver.answers[:] = [Answer()]
        control.clock.advance(hours=2)
        ended = control.wait_for(direction="outgoing", count=MANY, timeout=TIMEOUT)
    assert {(entry.response.status, entry.attempts) for entry in ended} == {(204, 2)}
    assert control.deliveries() == []


def test_reset_cancels_deliveries_of_all_workers(shop: Server, control: ControlClient) -> None:
    """None is listed, sent or put into the journal any more."""
    control.clock.freeze("2026-01-01T00:00:00Z")
    with receiving(Answer(503), Answer(503)) as receiver:
        at_once(lambda: control.send_webhook("paid", receiver.url), MANY)
        wait_until(lambda: [len(each.attempts) for each in control.deliveries()] == [1] * MANY)
        control.reset()
        assert control.deliveries() == []
        control.send_webhook("paid", f"{receiver.url}/last")
        wait_until(lambda: any(request.target == "/last" for request in receiver.requests))
        assert len(receiver.requests) == MANY + 1
        assert control.requests(direction="outgoing") == []


@pytest.mark.parametrize(("store", "workers", "sessions"), [("sqlite", 1, 1), ("redis", 4, 2)])
def test_plugin_runs_on_a_database(
    store: str, workers: int, sessions: int, shop_tests: Path, directory: Path
) -> None:
    """Two sessions of tests at once, each with workers of its own, share a database."""
    with serve_arguments(store, directory, workers) as arguments:
        option = f"understudy_options={' '.join(arguments)}"
        command = [executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", option]
        running = [Popen(command, cwd=shop_tests, stdout=PIPE, text=True) for _ in range(sessions)]
        for process in running:
            output, _ = process.communicate(timeout=PROGRAM_TIMEOUT)
            assert "10 passed" in output, output


@pytest.fixture
def shop_tests(pytester: pytest.Pytester) -> Path:
    """Write tests that see each other's requests if they share a namespace."""
    specs = pytester.mkdir("shop") / "specs"
    specs.mkdir()
    (specs / "pets.yaml").write_text(PETS)
    configure(pytester)
    pytester.makepyfile(
        test_shop=HEAD
        + """
@pytest.mark.parametrize("number", range(10))
def test_pets(pets, http, number):
    pets.fail_next("getPet", status=503)
    statuses = [http.get(f"/pets/{number}").status_code for _ in range(3)]
    assert statuses == [503, 200, 200]
    pets.assert_called("getPet", times=3)
"""
    )
    return pytester.path
