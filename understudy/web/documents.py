"""The documents themselves, and Swagger UI, which shows them as they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Flask, Response, abort, request
from flask_swagger_ui import get_swaggerui_blueprint

from understudy.http import json_codec
from understudy.openapi.contract import Contract
from understudy.openapi.diff.changelog import read_revisions
from understudy.serving.api import Api


def documents_blueprint(apis: Sequence[Api]) -> Blueprint:
    """The documents, at `specs/NAME.yaml` and `.json`."""
    pages = Blueprint("documents", __name__)
    by_name = {api.name: api for api in apis}

    @pages.get("/specs/<name>.yaml")
    def as_yaml(name: str) -> Response:
        api = by_name.get(name) or abort(404)
        return _sent(api.contract, Response(api.contract.text, content_type="application/yaml"))

    @pages.get("/specs/<name>.json")
    def as_json(name: str) -> Response:
        api = by_name.get(name) or abort(404)
        document = _served_from(request.root_path, api.contract)
        whole = Response(json_codec.encode(document), content_type="application/json")
        return _sent(api.contract, whole)

    return pages


def add_swagger(app: Flask, apis: Sequence[Api], root: str) -> None:
    """Swagger UI for each document, at `root`/NAME/."""
    for api in apis:
        swagger = get_swaggerui_blueprint(
            f"{root}/{api.name}",
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
        app.register_blueprint(swagger)


def _sent(contract: Contract, document: Response) -> Response:
    """The document with its revision, or nothing for who has it already (by its ETag)."""
    revisions = [] if contract.path is None else read_revisions(contract.path)
    if revisions:
        document.headers["X-Understudy-Revision"] = str(revisions[0].revision)
    document.add_etag()
    document.make_conditional(request)
    return document


def _served_from(root: str, contract: Contract) -> dict[str, Any]:
    """The document, its first server this one: what is tried out stays in the namespace at `root`,
    and never goes to a real service unless that is chosen."""
    here = {"url": f"{root}{contract.base_path}" or "/", "description": "this stand-in"}
    others = [s for s in contract.document.get("servers", ()) if "://" in s["url"]]
    return {**contract.document, "servers": [here, *others]}
