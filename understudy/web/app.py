"""The Flask application of the pages: it has rooms, each a blueprint in a module of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask, Response, render_template, request

from understudy.errors import UsageError
from understudy.http.control_access import ControlAccess
from understudy.runtime.namespace import NamespaceRegistry
from understudy.serving.api import Api
from understudy.web.documents import add_swagger, documents_blueprint
from understudy.web.home import home_blueprint
from understudy.web.links import ROOT, among_files
from understudy.web.live import live_blueprint
from understudy.web.reference.api_reference import ApiReference
from understudy.web.reference.markdown import inline, markdown
from understudy.web.reference.views import reference_blueprint

#: What the header's navigation leads to: titles and endpoints; and what is there only where
#: something is served.
_ROOMS = (("Home", "home.home"), ("Reference", "reference.everything"))
_LIVE_ROOMS = (("Console", "live.journal"),)

#: Pages run no script but ours, load nothing from elsewhere, and are in nobody's frame.
_POLICY = (
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
#: Swagger UI's page has a script and styles in it, and may be told to ask another server.
_SWAGGERS_POLICY = (
    f"{_POLICY}; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; connect-src *"
)


def create_pages(
    apis: Sequence[Api],
    namespaces: NamespaceRegistry | None = None,
    guard: ControlAccess | None = None,
    *,
    side_door: Api | None = None,
) -> Flask:
    """The pages about these APIs and the side door; about what happens in `namespaces` too, to
    those whom the guard admits, where there are any."""
    app = _application()
    if side_door is not None and side_door.name in {api.name for api in apis}:
        side_door = None  # an API has its name
    shown = [*apis, *([side_door] if side_door else [])]
    books = [ApiReference(api.contract, api.personas) for api in shown]
    door = books[-1] if side_door else None
    app.register_blueprint(home_blueprint(books[: len(apis)], door, namespaces, guard))
    app.register_blueprint(reference_blueprint(books), url_prefix=ROOT)
    app.register_blueprint(documents_blueprint(shown), url_prefix=ROOT)
    app.register_blueprint(live_blueprint(), url_prefix=f"{ROOT}/console")
    add_swagger(app, shown, f"{ROOT}/docs")

    @app.errorhandler(404)
    def not_found(_error: Any) -> tuple[str, int]:
        return render_template("not_found.html", books=books, path=request.path), 404

    @app.errorhandler(UsageError)
    def unreadable(error: UsageError) -> tuple[str, int]:
        return render_template("unreadable.html", message=str(error)), 500

    return app


def create_files(
    apis: Sequence[Api], wanted: dict[str, None], side_door: Api | None = None
) -> Flask:
    """The same pages for a place where nothing is served: their links are those between files, and
    what they lead to is `wanted`."""
    app = create_pages(apis, side_door=side_door)
    app.config["STATIC"] = True
    app.jinja_env.globals["url_for"] = among_files(wanted)
    return app


def _application() -> Flask:
    app = Flask(__name__, static_url_path=f"{ROOT}/static")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters |= {"markdown": markdown, "inline": inline}

    @app.context_processor
    def shared() -> dict[str, Any]:
        live = not app.config.get("STATIC")
        return {"rooms": (*_ROOMS, *_LIVE_ROOMS) if live else _ROOMS, "live": live}

    @app.after_request
    def protect(response: Response) -> Response:
        is_swaggers = (request.blueprint or "").startswith("docs_")
        policy = _SWAGGERS_POLICY if is_swaggers else _POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        return response

    return app
