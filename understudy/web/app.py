"""The Flask application of the pages, with one blueprint a module."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask, Response, render_template, request

from understudy.errors import UsageError
from understudy.http.control_access import ControlAccess
from understudy.runtime.namespaces.registry import NamespaceRegistry
from understudy.serving.api import Api
from understudy.serving.project import bundled
from understudy.web.documents import documents_blueprint, swagger_blueprint
from understudy.web.guides.files import read_guides
from understudy.web.guides.views import guides_blueprint
from understudy.web.home import home_blueprint
from understudy.web.links import ROOT, file_url_builder
from understudy.web.live import live_blueprint
from understudy.web.policy import FILE_POLICY, HEADERS
from understudy.web.reference.api_reference import ApiReference
from understudy.web.reference.markdown import inline, markdown
from understudy.web.reference.request_form.views import request_form_blueprint
from understudy.web.reference.views import reference_blueprint
from understudy.web.search.views import search_blueprint
from understudy.web.template_cache import TemplateCache

#: The header's navigation, as titles and endpoints: guides are there if they are installed, the
#: console on a live server.
_SECTIONS = (
    ("Home", "home.home"),
    ("Reference", "reference.index"),
    ("Guides", "guides.index"),
    ("Console", "live.journal"),
)


def create_pages(
    apis: Sequence[Api],
    namespaces: NamespaceRegistry | None = None,
    access: ControlAccess | None = None,
    *,
    control_api: Api | None = None,
) -> Flask:
    """Create the pages about these APIs and the control API.

    The home page lists `namespaces`, if `access` allows the client to see them.
    """
    app = _application()
    if control_api is not None and control_api.name in {api.name for api in apis}:
        control_api = None  # a served API has taken its name
    documented = [*apis, *([control_api] if control_api else [])]
    references = [ApiReference(api.contract, api.personas, api.handler) for api in documented]
    for each in references:
        each.neighbouring = references
    control_reference = references[-1] if control_api else None
    keys = {api.name: api.keys for api in apis}
    home = home_blueprint(references[: len(apis)], control_reference, namespaces, access, keys)
    app.register_blueprint(home)
    reference = reference_blueprint(references, keys, access)
    app.register_blueprint(reference, url_prefix=ROOT)
    app.register_blueprint(request_form_blueprint(references), url_prefix=ROOT)
    app.register_blueprint(documents_blueprint(documented), url_prefix=ROOT)
    guides = read_guides(bundled())
    if guides:
        app.register_blueprint(guides_blueprint(guides), url_prefix=ROOT)
    app.register_blueprint(search_blueprint(references, guides), url_prefix=ROOT)
    app.register_blueprint(live_blueprint(), url_prefix=f"{ROOT}/console")
    app.register_blueprint(swagger_blueprint(documented), url_prefix=ROOT)

    @app.errorhandler(404)
    def not_found(_error: Any) -> tuple[str, int]:
        return render_template("not_found.html", references=references, path=request.path), 404

    @app.errorhandler(UsageError)
    def unreadable(error: UsageError) -> tuple[str, int]:
        return render_template("unreadable.html", message=str(error)), 500

    return app


def create_files(
    apis: Sequence[Api], linked: dict[str, None], control_api: Api | None = None
) -> Flask:
    """Create the same pages for files on any web host: links are relative paths of files.

    The address of every page that is linked is added to `linked`.
    """
    app = create_pages(apis, control_api=control_api)
    app.config["STATIC"] = True
    app.jinja_env.globals["url_for"] = file_url_builder(linked)
    return app


def _application() -> Flask:
    app = Flask(__name__, static_url_path=f"{ROOT}/static")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.bytecode_cache = TemplateCache()
    app.jinja_env.filters |= {
        "markdown": markdown,
        "inline": inline,
        "counted": counted,
        "named": named,
    }

    @app.context_processor
    def shared() -> dict[str, Any]:
        static = bool(app.config.get("STATIC"))
        there = app.blueprints.keys() - (("live",) if static else ())
        sections = [each for each in _SECTIONS if each[1].partition(".")[0] in there]
        return {"sections": sections, "live": not static, "file_policy": FILE_POLICY}

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return app


def named(name: object) -> str:
    """Return a name of a document as pages show it: a link or a heading cannot be blank."""
    return str(name) if str(name).strip() else "(no name)"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural unless it is one: "1 field", "2 fields"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
