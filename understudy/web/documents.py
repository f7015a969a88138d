"""The OpenAPI documents themselves, and Swagger UI, which shows them unchanged."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    render_template,
    request,
    send_from_directory,
)

from understudy.errors import UsageError
from understudy.http import json_codec
from understudy.openapi.contract import Contract
from understudy.openapi.diff.changelog import read_revisions
from understudy.serving.api import Api
from understudy.web.policy import swagger_headers

#: The paths of this server that a document lists.
_MOST_SERVERS = 10
#: Where an OAuth 2 server sends the user back to.
_SIGNED_IN = "oauth2-redirect.html"


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


def swagger_blueprint(apis: Sequence[Api]) -> Blueprint:
    """Create the blueprint of Swagger UI, with a page for each document at `docs/NAME/`.

    Its files are those of the package flask-swagger-ui, whose own page has a script in it, which
    our policy forbids.
    """
    pages = Blueprint("swagger", __name__)
    by_name = {api.name: api for api in apis}
    package = str(files("flask_swagger_ui") / "dist")

    @pages.get("/docs/<name>/")
    def show(name: str) -> Response:
        api = by_name.get(name) or abort(404)
        response = make_response(render_template("swagger_ui.html", contract=api.contract))
        response.headers.update(swagger_headers(api.contract))
        return response

    @pages.get("/static/swagger-ui/<path:name>")
    def file(name: str) -> Response:
        response = send_from_directory(package, name)
        if name == _SIGNED_IN:  # comes from another site, and calls the window that opened it
            response.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
        return response

    return pages


def _text(contract: Contract) -> str:
    """Return the text of a document in one file: that of its file, if it refers to no others."""
    if contract.loaded is None or not contract.loaded.origins:
        return contract.text
    text: str = yaml.dump(
        contract.source, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=100
    )
    return text


def _with_revision(contract: Contract, response: Response) -> Response:
    """Return the response with its revision and ETag, or 304 if the client has that ETag.

    A changelog that cannot be read is reported on its own page.
    """
    revisions = []
    with suppress(UsageError):
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
