"""The servers that the bench compares, each run by `python bench_servers.py KIND [SESSIONS]`.

All of them serve Zep by the same handlers on a store of the same kind, and all of them run in
uvicorn as `understudy serve` runs it.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from inflection import underscore
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from understudy.app import Understudy
from understudy.openapi.contract import Operation
from understudy.runtime.namespace import DEFAULT, Namespace
from understudy.serving import server
from understudy.serving.api import Api, Handler
from understudy.serving.project import load

KINDS = ("ours", "unwatched", "starlette", "starlette-gc", "stock")

Endpoint = Callable[[Request], Awaitable[JSONResponse]]


def main() -> None:
    """Serve as KIND, with SESSIONS sessions in the store, on a free port that is printed."""
    kind, sessions = sys.argv[1], int((*sys.argv, "0")[2])
    api = next(api for api in load([]) if api.name == "zep")
    app, namespace = make(kind, api)
    seed(api, namespace, sessions)
    if kind == "starlette-gc":  # as anybody runs Starlette: with Python's own GC settings
        server._tune_garbage_collector = lambda: None
    listener = server.listen("127.0.0.1", 0)
    server.run(app, listener, ready=lambda: print(server.url_of(listener), flush=True))


def make(kind: str, api: Api) -> tuple[Any, Namespace]:
    """The ASGI app of a kind, and the namespace that it answers from."""
    if kind in ("ours", "unwatched"):
        api.journaled = kind == "ours"
        ours = Understudy([api])
        return ours, ours.namespaces.get(DEFAULT)
    if kind == "stock":
        sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
        from tests.differential.stock_connexion import Stock

        stock = Stock([api], asynchronous=True)
        return stock, stock.namespace
    namespace = Namespace(DEFAULT)
    base = api.contract.base_path
    return (
        Starlette(
            routes=[
                Route(
                    base + operation.path,
                    endpoint(api, operation, namespace),
                    methods=[operation.method],
                )
                for operation in api.contract.operations
            ]
        ),
        namespace,
    )


def endpoint(api: Api, operation: Operation, namespace: Namespace) -> Endpoint:
    """The least that answers an operation with Starlette: it validates nothing."""
    handler, authenticate = handler_of(api, operation), api.authenticate or (lambda _: "")
    defaults = {p.argument: p.default for p in operation.parameters}
    names = {p.name: underscore(p.name) for p in operation.parameters}
    status, has_body = operation.success, operation.body is not None

    async def answer(request: Request) -> JSONResponse:
        arguments = defaults.copy()
        for name, text in request.path_params.items():
            arguments[names[name]] = text
        for name, text in request.query_params.items():
            arguments[names[name]] = int(text) if text.isdigit() else text
        if has_body:
            arguments["body"] = await request.json()
        project = authenticate({"ApiKeyAuth": request.headers["authorization"]})
        world = api.world(namespace, project)
        value = handler(world, **arguments)
        world.store.commit()
        return JSONResponse(value, status)

    return answer


def handler_of(api: Api, operation: Operation) -> Handler:
    """The function that answers an operation; the bench has no use for APIs without one."""
    handler = api.handler(operation)
    if handler is None:
        raise SystemExit(f"the bench: {operation.id} has no handler")
    return handler


def seed(api: Api, namespace: Namespace, sessions: int) -> None:
    """Let the handlers add a user and its sessions to the project of the key `bench`."""
    world = api.world(namespace, "bench")
    handlers = {o.id: handler_of(api, o) for o in api.contract.operations}
    add_user, add_session = handlers["addUser"], handlers["addSession"]
    add_user(world, body={"user_id": "ada"})
    for number in range(sessions):
        add_session(world, body={"session_id": f"session-{number}", "user_id": "ada"})
        world.store.commit()


if __name__ == "__main__":
    main()
