"""The home page: what is served where, and how clients find it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from understudy.guard import Guard
from understudy.namespace import Namespaces
from understudy.project import Api
from understudy.version import VERSION


def home_room(apis: Sequence[Api], namespaces: Namespaces | None, guard: Guard | None) -> Blueprint:
    """The pages at `/`."""
    pages = Blueprint("home", __name__)
    names = {api.name for api in apis}

    @pages.get("/")
    def home() -> str:
        origin = request.host_url.rstrip("/") + request.root_path
        return render_template("home.html", apis=apis, origin=origin, version=VERSION)

    @pages.get("/_understudy", strict_slashes=False)
    def side_door() -> Response:
        return redirect(url_for(".home"))

    @pages.get("/docs/<name>", strict_slashes=False)
    def short_way(name: str) -> Response:
        known = name if name in names else abort(404)
        return redirect(url_for(f"docs_{known}.show"))

    return pages
