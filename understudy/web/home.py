"""The home page: what is served where, how clients find it, and what happens there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from shlex import quote
from typing import NamedTuple

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from understudy.errors import Problem
from understudy.http.control_access import ControlAccess
from understudy.http.messages import Request
from understudy.runtime.namespace import Namespace, NamespaceRegistry
from understudy.timestamps import rfc3339
from understudy.version import VERSION
from understudy.web.reference.api_reference import ApiReference

#: Where a stand-in is by default, for pages that are files.
_USUAL = "http://127.0.0.1:3000"
#: Namespaces that are listed.
_MOST = 50


class State(NamedTuple):
    """A namespace at a glance."""

    name: str
    root: str
    now: str
    frozen: bool
    requests: int
    faults: int
    records: int


def home_blueprint(
    books: Sequence[ApiReference],
    door: ApiReference | None,
    namespaces: NamespaceRegistry | None,
    guard: ControlAccess | None,
) -> Blueprint:
    """The pages at `/`, about these APIs; `door` is the side door's reference."""
    pages = Blueprint("home", __name__)
    names = {book.name for book in books}

    @pages.get("/")
    def home() -> str:
        origin = request.host_url.rstrip("/") + request.root_path
        if current_app.config.get("STATIC"):
            origin = _USUAL
        return render_template(
            "home.html",
            books=books,
            door=door,
            origin=origin,
            version=VERSION,
            clients=_clients,
            states=None if namespaces is None else _seen(namespaces, guard),
        )

    @pages.get("/_understudy", strict_slashes=False)
    def side_door() -> Response:
        return redirect(url_for(".home"))

    @pages.get("/docs/<name>", strict_slashes=False)
    def short_way(name: str) -> Response:
        known = name if name in names else abort(404)
        return redirect(url_for(f"docs_{known}.show"))

    return pages


def _clients(book: ApiReference, origin: str) -> list[dict[str, str]]:
    """The clients of an API, their code pointed at where it is."""
    here = {"{url}": origin + book.contract.path_prefix, "{origin}": origin, "{key}": "test"}
    told = book.contract.clients or [{"language": "curl", "code": _plain_request(book, origin)}]
    found = []
    for client in told:
        found.append({key: _filled(text, here) for key, text in client.items()})
    return found


def _plain_request(book: ApiReference, origin: str) -> str:
    """The command line of a request that needs nothing, where there is one."""
    contract = book.contract
    paths = [each.path for each in contract.operations if each.method == "GET"]
    path = next((path for path in paths if "{" not in path), "/")
    return f"curl {quote(origin + contract.base_path + path)}"


def _filled(text: str, here: Mapping[str, str]) -> str:
    for name, value in here.items():
        text = text.replace(name, value)
    return text


def _seen(namespaces: NamespaceRegistry, guard: ControlAccess | None) -> list[State] | str:
    """The namespaces, the most recently used first; or why they are not told."""
    if guard is not None:
        headers = {k.lower().encode(): v.encode("latin-1") for k, v in request.headers.items()}
        try:
            guard.check(Request("GET", b"/", b"", headers))
        except Problem as problem:
            return problem.message
    return [_state(namespace) for namespace in reversed(list(namespaces)[-_MOST:])]


def _state(namespace: Namespace) -> State:
    held = list(namespace.worlds.values())
    return State(
        name=namespace.name,
        root=namespace.root,
        now=rfc3339(namespace.clock.now()),
        frozen=namespace.clock.frozen,
        requests=namespace.journal.seen,
        faults=sum(1 for fault in list(namespace.faults.rules.values()) if not fault.is_spent),
        records=sum(world.store.size() for worlds in held for world in list(worlds.values())),
    )
