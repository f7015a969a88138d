"""What the pages show: the APIs that are served, their reference, and their documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask, Response, abort, redirect, render_template, request
from flask_swagger_ui import get_swaggerui_blueprint
from werkzeug.wrappers import Response as WSGIResponse

from understudy import jsontext
from understudy.contract import Contract
from understudy.project import Api
from understudy.version import VERSION

ROOT = "/_understudy"


def create_pages(apis: Sequence[Api]) -> Flask:
    """The Flask app of the pages."""
    app = Flask(__name__, static_folder=None)
    by_name = {api.name: api for api in apis}

    @app.get(ROOT, strict_slashes=False)
    def side_door() -> WSGIResponse:
        return redirect(f"{request.root_path}/")

    @app.get("/docs/<name>", strict_slashes=False)
    def short_way(name: str) -> WSGIResponse:
        api = by_name.get(name) or abort(404)
        return redirect(f"{request.root_path}{ROOT}/docs/{api.name}/")

    @app.get("/")
    def home() -> str:
        origin = request.host_url.rstrip("/") + request.root_path
        return render_template("home.html", apis=apis, origin=origin, version=VERSION)

    @app.get(f"{ROOT}/specs/<name>.yaml")
    def document(name: str) -> Response:
        api = by_name.get(name) or abort(404)
        return Response(api.contract.text, content_type="application/yaml")

    @app.get(f"{ROOT}/specs/<name>.json")
    def document_as_json(name: str) -> Response:
        api = by_name.get(name) or abort(404)
        document = _served_from(request.root_path, api.contract)
        return Response(jsontext.encode(document), content_type="application/json")

    @app.get(f"{ROOT}/disagreements/<name>")
    def disagreements(name: str) -> str:
        api = by_name.get(name) or abort(404)
        return render_template(
            "disagreements.html", apis=apis, contract=api.contract, personas=api.personas
        )

    @app.errorhandler(404)
    def not_found(_error: Any) -> tuple[str, int]:
        return render_template("not_found.html", apis=apis, path=request.path), 404

    for api in apis:
        app.register_blueprint(
            get_swaggerui_blueprint(
                f"{ROOT}/docs/{api.name}",
                # From the page's own place, which may lie in a namespace.
                f"../../specs/{api.name}.json",
                config={
                    "app_name": f"{api.contract.title}: reference",
                    "validatorUrl": None,
                    "persistAuthorization": True,
                    "displayRequestDuration": True,
                    "filter": True,
                },
                blueprint_name=f"docs_{api.name}",
            )
        )
    return app


def _served_from(root: str, contract: Contract) -> dict[str, Any]:
    """The document, its first server this one: what is tried out stays in the namespace at `root`,
    and never goes to a real service unless that is chosen."""
    here = {"url": f"{root}{contract.base_path}" or "/", "description": "this stand-in"}
    others = [s for s in contract.document.get("servers", ()) if "://" in s["url"]]
    return {**contract.document, "servers": [here, *others]}
