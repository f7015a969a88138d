"""`serve --reload`: what changes is served at once, and the state stays where it fits."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.server import Server, run, running
from tests.support.socketio_client import SocketIOClient
from tests.support.timeouts import wait_until
from understudy.app import Understudy
from understudy.commands.serve.handover import ReplaceableApp
from understudy.errors import UsageError
from understudy.serving.handler_imports import HANDLERS_PACKAGE
from understudy.serving.project import load
from understudy.serving.reloading.handler_modules import loaded_anew

_DOCUMENT = """
openapi: 3.1.0
info: {title: Shop, version: "1"}
paths:
  /items:
    get:
      operationId: listItems
      responses:
        "200": {description: "", content: {application/json: {schema: {type: array}}}}
    post:
      operationId: addItem
      requestBody: {content: {application/json: {schema: {$ref: "parts/item.yaml"}}}}
      responses: {"201": {description: "", content: {application/json: {}}}}
"""

_HANDLERS = """
from typing import Any, TypedDict
from understudy import Collection, Index
from ._words import WORD

class Item(TypedDict):
    size: int

ALL = Index()
ITEMS = Collection("items", (ALL,), record=Item)
COLLECTIONS = (ITEMS,)

def list_items(world):
    return [{**item, "word": WORD} for item in world.store.list(ITEMS, ALL)]

def add_item(world, body):
    world.store.put(ITEMS, str(body["size"]), body)
    return body, 201

def on_event(world, connection, event, payload):
    return WORD
"""


class Shop:
    """A project in a directory, and its server with `--reload`."""

    def __init__(self, directory: Path) -> None:
        self.log = directory / "log"
        self.directory = directory
        self.server: Server
        self.write("specs/shop.yaml", _DOCUMENT)
        self.write("specs/parts/item.yaml", "{type: object}")
        self.write("handlers/shop.py", _HANDLERS)
        self.write("handlers/_words.py", 'WORD = "one"')

    def write(self, name: str, text: str) -> None:
        """Write a file of the project."""
        file = self.directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def change(self, name: str, text: str, message: str = "Loaded anew, because") -> None:
        """Change a file, and wait until the server has said what came of it."""
        before = self.log.read_text().count(message)
        self.write(name, text)
        wait_until(lambda: self.log.read_text().count(message) > before)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Return the response to a request."""
        return httpx.request(method, self.server.url + path, **options)

    def items(self) -> Any:
        """Return the items of the shop."""
        return self.request("GET", "/items").json()


@contextmanager
def running_shop(directory: Path) -> Iterator[Shop]:
    """Run the server of a new shop."""
    shop = Shop(directory)
    options = ("--store", "memory", "--reload", ".")
    with shop.log.open("w") as log, running(*options, cwd=directory, stderr=log) as server:
        shop.server = server
        yield shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop for all tests of this module."""
    with running_shop(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


@pytest.fixture(autouse=True)
def _first_version(shop: Shop) -> None:
    """Let each test begin with the same files, and one item."""
    for name, text in (("shop.py", _HANDLERS), ("_words.py", 'WORD = "one"')):
        if (shop.directory / "handlers" / name).read_text() != text:
            shop.change(f"handlers/{name}", text)
    shop.request("POST", "/_understudy/reset")
    shop.request("POST", "/items", json={"size": 1})
    assert shop.items() == [{"size": 1, "word": "one"}]


def test_changed_helper_is_loaded_and_all_of_a_namespace_stays(shop: Shop) -> None:
    """Records, journal, faults, clock and snapshots are as they were, in every namespace."""
    for root in ("", "/_ns/other"):
        shop.request("POST", f"{root}/items", json={"size": 2})
        shop.request("POST", f"{root}/_understudy/clock", json={"freeze": "2026-01-01T00:00:00Z"})
        shop.request("PUT", f"{root}/_understudy/snapshots/base")
        fault = {"when": {"operation": "addItem"}, "then": {"status": 503}}
        shop.request("POST", f"{root}/_understudy/faults", json=fault)
    paths = ("requests/count", "state", "faults", "clock", "snapshots")
    before = [shop.request("GET", f"/_ns/other/_understudy/{path}").json() for path in paths]
    shop.change("handlers/_words.py", 'WORD = "two"')
    after = [shop.request("GET", f"/_ns/other/_understudy/{path}").json() for path in paths]
    assert after == before
    assert shop.items() == [{"size": 1, "word": "two"}, {"size": 2, "word": "two"}]
    assert shop.request("POST", "/items", json={"size": 3}).status_code == 503


def test_broken_change_is_told_and_the_former_version_is_served(shop: Shop) -> None:
    """The message is that of the start; the next change that can be loaded is served."""
    refused = "the former version is still served"
    shop.change("handlers/shop.py", _HANDLERS + "x = (", refused)
    assert "understudy: a handler cannot be imported: SyntaxError" in shop.log.read_text()
    shop.change("specs/shop.yaml", "openapi: 9", refused)
    assert shop.items() == [{"size": 1, "word": "one"}]
    shop.write("specs/shop.yaml", _DOCUMENT)
    shop.change("handlers/shop.py", _HANDLERS.replace("WORD}", "WORD + '!'}"))
    assert shop.items() == [{"size": 1, "word": "one!"}]


def test_record_that_does_not_fit_is_dropped_with_a_warning(shop: Shop) -> None:
    """The others stay; a collection that is gone is dropped, too."""
    shop.request("PUT", "/_understudy/snapshots/base")
    shop.change("handlers/shop.py", _HANDLERS.replace("size: int", "size: str"))
    assert shop.items() == []
    log = shop.log.read_text()
    assert 'dropped 1 record of shop\'s items: 1 is not of type "string"' in log
    assert "namespace default: dropped the snapshot base, which fits no more" in log
    shop.request("POST", "/items", json={"size": "2"})
    shop.change("handlers/shop.py", _HANDLERS.replace('"items"', '"goods"'))
    assert "dropped shop's items: is not a collection of shop" in shop.log.read_text()
    assert shop.items() == []


def test_file_that_a_document_refers_to_is_watched(shop: Shop) -> None:
    """So is one that comes into being."""
    schema = '{type: object, required: [size], properties: {size: {$ref: "size.yaml"}}}'
    shop.change("specs/parts/item.yaml", schema)
    shop.change("specs/parts/size.yaml", "{type: integer, maximum: 9}")
    assert shop.request("POST", "/items", json={"size": 10}).status_code == 400
    shop.change("specs/parts/size.yaml", "{type: integer, maximum: 99}")
    assert shop.request("POST", "/items", json={"size": 10}).status_code == 201
    shop.change("specs/parts/item.yaml", "{type: object}")


def test_request_under_way_is_finished_by_the_former_version(shop: Shop) -> None:
    """It is in the journal, too."""
    shop.request("POST", "/_understudy/faults", json={"then": {"drip": {"chunks": 30}}, "times": 1})
    with httpx.stream("GET", f"{shop.server.url}/items") as response:
        shop.change("handlers/_words.py", 'WORD = "two"')
        assert b'"one"' in response.read()
    assert shop.items()[0]["word"] == "two"


def test_socketio_clients_come_back_to_the_next_version(shop: Shop) -> None:
    """Their connection ends, not for good."""
    client = SocketIOClient()
    ended: list[str] = []
    client.on("disconnect", ended.append)
    client.connect(shop.server.url, transports=["websocket"])
    assert client.call("word") == "one"
    socket = client.eio.ws
    shop.change("handlers/_words.py", 'WORD = "two"')
    wait_until(lambda: ended)
    socket.shutdown()
    assert ended == [client.reason.TRANSPORT_ERROR]
    client.connect(shop.server.url, transports=["websocket"])
    assert client.call("word") == "two"
    client.disconnect()


def test_former_versions_leave_nothing_behind(shop: Shop) -> None:
    """The app, its handlers and their modules are gone, and so are those that failed to load."""
    handlers = [shop.directory / "handlers"]

    def modules() -> set[str]:
        return {name for name in sys.modules if name.startswith(HANDLERS_PACKAGE)}

    before = modules()
    served = ReplaceableApp(Understudy(load([shop.directory])))
    first = weakref.ref(served.app)
    number = len(modules())
    for _ in range(2):
        with loaded_anew(handlers):
            successor = Understudy(load([shop.directory]), successor_of=served.app)
        served.replace(successor)
    with suppress(UsageError), loaded_anew(handlers):
        load([shop.directory])
        raise UsageError("it cannot be served")
    del successor
    gc.collect()
    assert first() is None
    assert len(modules() - before) == number - len(before)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--workers", "2"], "--reload is for one process"),
        (["--store", "sqlite:///state.db"], "--reload keeps the state in memory"),
    ],
)
def test_reload_is_refused_where_it_cannot_work(
    options: list[str], message: str, tmp_path: Path
) -> None:
    """The sentence says what to leave out."""
    refused = run("serve", "--port", "0", "--reload", *options, cwd=tmp_path)
    assert refused.returncode == 2
    assert message in refused.stderr
