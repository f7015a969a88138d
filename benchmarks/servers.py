"""The servers that the benchmarks compare, each run by `python -m benchmarks.servers KIND N`.

All of them serve Zep by the same handlers on a store of the same kind with N sessions in it, and
all of them run in uvicorn as `understudy serve` runs it.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from inflection import underscore
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from understudy.app import Understudy
from understudy.openapi.operation import Operation
from understudy.runtime.namespaces.namespace import DEFAULT, Namespace
from understudy.serving import server
from understudy.serving.api import Api, Handler
from understudy.serving.project import load

Endpoint = Callable[[Request], Awaitable[JSONResponse]]


def main(kind: str, sessions: int) -> None:
    """Serve on a free port; print the URL once requests are answered."""
    thresholds = gc.get_threshold()
    api = next(api for api in load([]) if api.name == "zep")
    app, namespace = _KINDS[kind](api)
    _add_sessions(api, namespace, sessions)
    listener = server.listen("127.0.0.1", 0)

    def ready() -> None:
        if kind == "starlette-default-gc":
            gc.unfreeze()
            gc.set_threshold(*thresholds)
        print(server.url_of(listener), flush=True)

    server.run(app, listener, ready=ready)


def understudy(api: Api) -> tuple[Any, Namespace]:
    """Return our app, and the namespace that it serves."""
    app = Understudy([api])
    return app, app.namespaces.get(DEFAULT)


def without_journal(api: Api) -> tuple[Any, Namespace]:
    """Return our app without its journal, and the namespace that it serves."""
    api.journaled = False
    return understudy(api)


def stock(api: Api) -> tuple[Any, Namespace]:
    """Return an app of stock Connexion, and the namespace that it serves."""
    # imported here: the other servers shall not carry Connexion's AsyncApp in their memory
    from tests.differential.stock_connexion import Stock

    app = Stock([api], asynchronous=True)
    return app, app.namespace


def starlette(api: Api) -> tuple[Any, Namespace]:
    """Return an app of Starlette that validates nothing, and the namespace that it serves."""
    namespace = Namespace(DEFAULT)
    routes = [
        Route(
            api.contract.base_path + operation.path,
            _endpoint(api, operation, handler, namespace),
            methods=[operation.method],
        )
        for operation in api.contract.operations
        if (handler := api.handler(operation)) is not None
    ]
    return Starlette(routes=routes), namespace


_KINDS: dict[str, Callable[[Api], tuple[Any, Namespace]]] = {
    "ours": understudy,
    "no-journal": without_journal,
    "starlette": starlette,
    "starlette-default-gc": starlette,
    "stock": stock,
}


def _endpoint(api: Api, operation: Operation, handler: Handler, namespace: Namespace) -> Endpoint:
    """Return the least code that answers an operation with Starlette."""
    authenticate = api.authenticate or (lambda _: "")
    defaults = {p.argument: p.default for p in operation.parameters}
    names = {p.name: underscore(p.name) for p in operation.parameters}
    status, has_body = operation.success, operation.body is not None

    async def respond(request: Request) -> JSONResponse:
        arguments = defaults.copy()
        for name, text in request.path_params.items():
            arguments[names[name]] = text
        for name, text in request.query_params.items():
            arguments[names[name]] = int(text) if text.isdigit() else text
        if has_body:
            arguments["body"] = await request.json()
        tenant = authenticate({"ApiKeyAuth": request.headers["authorization"]})
        world = api.world(namespace, tenant)
        value = handler(world, **arguments)
        world.store.commit()
        return JSONResponse(value, status)

    return respond


def _add_sessions(api: Api, namespace: Namespace, sessions: int) -> None:
    """Add a user and sessions to the tenant of the API key `bench`."""
    world = api.world(namespace, "bench")
    handlers = {operation.id: api.handler(operation) for operation in api.contract.operations}
    add_user, add_session = handlers["addUser"], handlers["addSession"]
    assert add_user is not None
    assert add_session is not None
    add_user(world, body={"user_id": "ada"})
    for number in range(sessions):
        add_session(world, body={"session_id": f"session-{number}", "user_id": "ada"})
        world.store.commit()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
