"""The Flask application of the pages: it has rooms, each a blueprint in a module of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask, Response, render_template, request

from understudy.console.documents import add_swagger, documents_room
from understudy.console.home import home_room
from understudy.console.live import live_room
from understudy.console.reference import reference_room
from understudy.guard import Guard
from understudy.namespace import Namespaces
from understudy.project import Api

#: What a page may load and run: what this server sends, and no script that stands in a page.
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
#: Swagger UI's page has a script and styles in it, and may be told to ask another server.
SWAGGER_POLICY = (
    f"{POLICY}; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; connect-src *"
)

#: Where the pages are, but for home.
ROOT = "/_understudy"


def create_pages(
    apis: Sequence[Api], namespaces: Namespaces | None = None, guard: Guard | None = None
) -> Flask:
    """The pages about these APIs; about what happens in `namespaces` too, to those whom the guard
    admits, where there are any."""
    app = Flask(__name__, static_url_path=f"{ROOT}/static")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_blueprint(home_room(apis, namespaces, guard))
    app.register_blueprint(reference_room(apis), url_prefix=ROOT)
    app.register_blueprint(documents_room(apis), url_prefix=ROOT)
    app.register_blueprint(live_room(), url_prefix=f"{ROOT}/console")
    add_swagger(app, apis, f"{ROOT}/docs")
    #: What the header's navigation leads to: titles and endpoints.
    rooms = [("Home", "home.home"), ("Reference", "reference.everything")]
    rooms.append(("Console", "live.journal"))

    @app.context_processor
    def shared() -> dict[str, Any]:
        return {"rooms": rooms}

    @app.after_request
    def confine(response: Response) -> Response:
        own = (request.blueprint or "").startswith("docs_")
        response.headers["Content-Security-Policy"] = SWAGGER_POLICY if own else POLICY
        return response

    @app.errorhandler(404)
    def not_found(_error: Any) -> tuple[str, int]:
        return render_template("not_found.html", apis=apis, path=request.path), 404

    return app
