"""The middleware list: its order, and middlewares of one's own at every place in it."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from understudy.app import MiddlewarePosition, Understudy
from understudy.client.transports.httpx_transport import Transport
from understudy.client.transports.in_process import InProcess
from understudy.openapi import connexion
from understudy.openapi.contract import Contract
from understudy.runtime.stores.sqlite.database import SQLiteDatabase
from understudy.serving.api import Api
from understudy.serving.project import load
from understudy.serving.request_context import request_context

POSITIONS = list(MiddlewarePosition)
INSIDE = POSITIONS[1:-1]  # where a response is there already, and the journal sees it


class AddHeader:
    """A plain ASGI middleware: it adds a header to what is sent."""

    def __init__(self, app: Any, *, value: str = "yes") -> None:
        self.app = app
        self.value = value

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on, with a `send` of our own."""

        async def send_more(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                added = (b"x-added", self.value.encode())
                message = {**message, "headers": [*message["headers"], added]}
            await send(message)

        await self.app(scope, receive, send_more)


class AnswerTeapot:
    """A plain ASGI middleware that sends a response itself."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Respond to every request with 418."""
        headers = [(b"content-type", b"text/plain"), (b"content-length", b"6")]
        await send({"type": "http.response.start", "status": 418, "headers": headers})
        await send({"type": "http.response.body", "body": b"teapot"})


class Operations(connexion.RoutedMiddleware):  # type: ignore[misc]
    """A middleware in Connexion's own form, with an object for each operation."""

    def __init__(self, app: Any, *, called: list[str]) -> None:
        super().__init__(app)
        self.api_cls = lambda *args, **options: _OperationsAPI(*args, called=called, **options)


class _OperationsAPI(connexion.RoutedAPI):  # type: ignore[misc]
    def __init__(self, *args: Any, called: list[str], next_app: Any, **options: Any) -> None:
        super().__init__(*args, next_app=next_app, **options)
        self.called = called
        self.add_paths()

    def make_operation(self, operation: Any) -> Any:
        """Note the operation, then go on."""

        async def note(scope: Any, receive: Any, send: Any) -> None:
            self.called.append(f"{operation.method} {operation.operation_id}")
            await self.next_app(scope, receive, send)

        return note


def client_of(app: Understudy) -> httpx.Client:
    """A client of an app in this process, with a key for Zep."""
    headers = {"Authorization": "Api-Key test"}
    return httpx.Client(
        base_url="http://localhost", transport=Transport(InProcess(app)), headers=headers
    )


def test_list_is_in_connexions_order() -> None:
    """The order of Connexion's middlewares is unchanged, with ours among them."""
    app = Understudy([])
    names = [getattr(m, "func", m).__name__ for m in app.middlewares]
    assert names == [
        "NamespaceMiddleware",
        "RoutingMiddleware",
        "FaultMiddleware",
        "SecurityMiddleware",
        "RequestValidationMiddleware",
        "CallbackMiddleware",
        "ResponseValidationMiddleware",
        "IdempotencyMiddleware",
        "HandlerMiddleware",
    ]
    stock = [m.__name__ for m in Understudy.default_middlewares]
    assert [name for name in stock if name in names] == [n for n in names if n in stock]


@pytest.mark.parametrize("position", POSITIONS[:-1])
def test_asgi_middleware_changes_responses(position: MiddlewarePosition) -> None:
    """At each position, its header is in successful responses and in errors of inner layers."""
    app = Understudy(load([]))
    app.add_middleware(AddHeader, position=position, value="1")
    with client_of(app) as client:
        created = client.post("/api/v2/users", json={"user_id": "ann"})
        read = client.get("/api/v2/users/ann")
        head = client.head("/api/v2/users/ann")
    assert (created.status_code, created.headers["x-added"]) == (201, "1")
    assert (read.status_code, read.headers["x-added"]) == (200, "1")
    assert read.json()["user_id"] == "ann"
    assert (head.status_code, head.content, head.headers["x-added"]) == (200, b"", "1")


@pytest.mark.parametrize("position", INSIDE)
def test_journal_has_what_a_middleware_made(position: MiddlewarePosition) -> None:
    """Inside the namespace's middleware, the journal has the response that was sent."""
    app = Understudy(load([]))
    app.add_middleware(AddHeader, position=position)
    with client_of(app) as client:
        client.get("/api/v2/users/nobody")
        client.get("/api/agents")
        newest = client.get("/_understudy/requests?limit=1").json()["requests"][0]
    assert newest["operation"] == "listAgents"
    assert newest["response"]["headers"]["x-added"] == "yes"


@pytest.mark.parametrize("position", POSITIONS)
def test_middleware_may_respond_itself(position: MiddlewarePosition) -> None:
    """The response is the middleware's, and no handler is called."""
    app = Understudy(load([]))
    app.add_middleware(AnswerTeapot, position=position)
    with client_of(app) as client:
        response = client.post("/api/v2/users", json={"user_id": "ann"})
    assert (response.status_code, response.text) == (418, "teapot")
    assert response.headers["content-type"] == "text/plain"


@pytest.mark.parametrize("position", POSITIONS[2:])
def test_connexion_middleware_sees_operations(position: MiddlewarePosition) -> None:
    """After routing, one in Connexion's form is called with its object for the operation."""
    app, called = Understudy(load([])), list[str]()
    app.add_middleware(Operations, position=position, called=called)
    with client_of(app) as client:
        assert client.get("/api/agents").status_code == 200
        assert client.post("/api/v2/users", json={"user_id": "ann"}).status_code == 201
        assert client.get("/nowhere").status_code == 404
    assert called == ["get listAgents", "post addUser"]


def test_middleware_sees_the_context_of_a_request() -> None:
    """`request_context` has the operation, the arguments and the handler's result."""
    seen: list[Any] = []

    class ReadContext:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            context = request_context(scope)
            seen.append((context.operation and context.operation.id, dict(context.arguments)))
            await self.app(scope, receive, send)
            seen.append(context.result)

    app = Understudy(load([]))
    app.add_middleware(ReadContext)  # just before the handler
    with client_of(app) as client:
        client.post("/api/v2/users", json={"user_id": "ann"})
    assert seen[0] == ("addUser", {"body": {"user_id": "ann"}})
    assert seen[1]["user_id"] == "ann"


@pytest.mark.parametrize("position", INSIDE)
def test_pages_faults_and_schedules_pass_a_middleware(position: MiddlewarePosition) -> None:
    """Pages, faults and scheduled requests work as without the middleware."""
    app = Understudy(load([]))
    app.add_middleware(AddHeader, position=position)
    with client_of(app) as client:
        assert "<html" in client.get("/").text
        request = {"method": "POST", "path": "/api/v2/users", "body": {"user_id": "late"}}
        request["headers"] = {"Authorization": "Api-Key test", "Content-Type": "application/json"}
        assert client.post("/_understudy/schedule", json={"in": "PT1S", "request": request})
        client.post("/_understudy/clock", json={"advance": "PT2S"})
        assert client.get("/api/v2/users/late").status_code == 200
        client.post("/_understudy/faults", json={"then": {"connection": "reset"}})
        with pytest.raises(httpx.ReadError):
            client.get("/api/agents")
        client.post("/_understudy/faults", json={"then": {"drip": {"bytes": 9, "every": 0}}})
        assert client.get("/api/agents").json()["success"] is True


class Wait:
    """A plain ASGI middleware that waits for something before and after."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on."""
        await asyncio.sleep(0.001)
        await self.app(scope, receive, send)
        await asyncio.sleep(0.001)


@pytest.mark.parametrize("position", POSITIONS)
def test_middleware_waits_with_a_database(position: MiddlewarePosition, tmp_path: Path) -> None:
    """What the request has written is committed all the same, and it is in the journal."""
    database = SQLiteDatabase(str(tmp_path / "state.db"))
    database.open()
    app = Understudy(load([]), database=database)
    app.add_middleware(Wait, position=position)
    with closing(database), client_of(app) as client:
        assert client.post("/api/v2/users", json={"user_id": "ann"}).status_code == 201
        assert client.get("/api/v2/users/ann").status_code == 200
        assert client.get("/_understudy/requests/count").json() == {"count": 2}


def test_place_that_is_not_in_the_list_is_refused() -> None:
    """The error is that of Connexion."""
    from connexion.middleware import MiddlewarePosition as Connexions

    app = Understudy(load([]))
    with pytest.raises(ValueError, match="Could not insert middleware"):
        app.add_middleware(AddHeader, position=Connexions.BEFORE_CONTEXT)
    assert app.middleware_stack is not None
    with client_of(app) as client:
        assert client.get("/api/agents").status_code == 200
        assert client.get("/_understudy/requests/count").json() == {"count": 1}


def test_api_with_the_same_base_path_keeps_its_own_operations() -> None:
    """Two documents below one path, with one operationId: each request reaches its own."""

    def api(name: str) -> Api:
        answer = {"content": {"application/json": {"example": {"api": name}}}}
        return Api(
            Contract(
                name,
                {
                    "openapi": "3.0.3",
                    "info": {"title": name, "version": "1"},
                    "paths": {
                        f"/{name}": {
                            "get": {
                                "operationId": "read",
                                "responses": {"200": {"description": "ok", **answer}},
                            }
                        }
                    },
                },
            )
        )

    app = Understudy([api("one"), api("two")])
    app.add_middleware(AddHeader, position=MiddlewarePosition.BEFORE_SECURITY)
    with client_of(app) as client:
        assert client.get("/one").json() == {"api": "one"}
        assert client.get("/two").json() == {"api": "two"}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_first_base_paths_come_before_others(order: tuple[int, int]) -> None:
    """Of two documents with the same servers in another order each has its own first one."""

    def api(name: str, *servers: str) -> Api:
        get: dict[str, Any] = {"responses": {"200": {"description": "ok", "content": {}}}}
        get["responses"]["200"]["content"] = {"application/json": {"example": name}}
        return Api(
            Contract(
                name,
                {
                    "openapi": "3.0.3",
                    "info": {"title": name, "version": "1"},
                    "servers": [{"url": url} for url in servers],
                    "paths": {"/x": {"get": get}, f"/only-{name}": {"get": get}},
                },
            )
        )

    apis = [api("one", "/v1", "/v2"), api("two", "/v2", "/v1")]
    with client_of(Understudy([apis[number] for number in order])) as client:
        paths = ("/v1/x", "/v2/x", "/v2/only-one", "/v1/only-two")
        assert [client.get(path).json() for path in paths] == ["one", "two", "one", "two"]
