"""The OpenAPI documents themselves, and Swagger UI, which shows them unchanged."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import yaml
from flask import Blueprint, Flask, Response, abort, request
from flask_swagger_ui import get_swaggerui_blueprint

from understudy.http import json_codec
from understudy.openapi.contract import Contract
from understudy.openapi.diff.changelog import read_revisions
from understudy.serving.api import Api

#: The paths of this server that a document lists.
_MOST_SERVERS = 10


def documents_blueprint(apis: Sequence[Api]) -> Blueprint:
    """Create the blueprint of the documents, at `specs/NAME.yaml` and `.json`."""
    pages = Blueprint("documents", __name__)
    by_name = {api.name: api for api in apis}
    text_of = cache(_text)

    @pages.get("/specs/<name>.yaml")
    def as_yaml(name: str) -> Response:
        api = by_name.get(name) or abort(404)
        response = Response(text_of(api.contract), content_type="application/yaml")
        return _with_revision(api.contract, response)

    @pages.get("/specs/<name>.json")
    def as_json(name: str) -> Response:
        api = by_name.get(name) or abort(404)
        document = _with_this_server(request.root_path, api.contract)
        response = Response(json_codec.encode(document), content_type="application/json")
        return _with_revision(api.contract, response)

    return pages


def _text(contract: Contract) -> str:
    """Return the text of a document in one file: that of its file, if it refers to no others."""
    if contract.loaded is None or not contract.loaded.origins:
        return contract.text
    text: str = yaml.dump(
        contract.source, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=100
    )
    return text


def add_swagger(app: Flask, apis: Sequence[Api], root: str) -> None:
    """Add Swagger UI for each document, at `root`/NAME/."""
    for api in apis:
        swagger = get_swaggerui_blueprint(
            f"{root}/{api.name}",
            # Relative to the page, whose address may have the prefix of a namespace.
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


def _with_revision(contract: Contract, response: Response) -> Response:
    """Return the response with its revision and ETag, or 304 if the client has that ETag."""
    revisions = [] if contract.path is None else read_revisions(contract.path)
    if revisions:
        response.headers["X-Understudy-Revision"] = str(revisions[0].revision)
    response.add_etag()
    response.make_conditional(request)
    return response


def _with_this_server(root: str, contract: Contract) -> dict[str, Any]:
    """Return the document in its author's words, with this server first.

    Requests that are tried out then stay in the namespace at `root`; a real service gets one only
    if the user selects it.
    """
    source = contract.source
    if "swagger" in source:  # without a host, the server is the page's
        rest = {key: value for key, value in source.items() if key not in ("host", "schemes")}
        return {**rest, "basePath": f"{root}{contract.base_path}" or "/"}
    here = [
        {"url": f"{root}{base_path}" or "/", "description": "this stand-in"}
        for base_path in contract.base_paths[:_MOST_SERVERS]
    ]
    servers = [server for server in source.get("servers") or () if isinstance(server, dict)]
    others = [server for server in servers if "://" in str(server.get("url", ""))]
    return {**source, "servers": [*here, *others]}
