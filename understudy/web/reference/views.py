"""The reference pages: each API, its operations, rules, changes and disagreements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as Redirection

from understudy.http import json_codec
from understudy.http.control_access import ControlAccess
from understudy.web.links import page_address
from understudy.web.reference.api_reference import ApiReference
from understudy.web.reference.search import WEIGHTS, SearchEntry, best, entries
from understudy.web.visitor import page_origin, shown_key


def reference_blueprint(
    references: Sequence[ApiReference],
    keys: Mapping[str, frozenset[str]],
    access: ControlAccess | None,
) -> Blueprint:
    """Create the blueprint of the pages at `reference/` and `disagreements/`; `keys` are those that
    each API admits, if not any."""
    pages = Blueprint("reference", __name__)
    by_name = {reference.name: reference for reference in references}

    def reference_of(name: str) -> ApiReference:
        return by_name.get(name) or abort(404)

    @cache
    def search_index() -> list[SearchEntry]:
        return entries(references)

    @pages.get("/reference/")
    def index() -> str:
        query = request.args.get("q", "").strip()
        results = best(search_index(), query) if query else []
        return render_template(
            "reference_index.html", references=references, query=query, results=results
        )

    @pages.get("/reference/search.json")
    def search_json() -> Response:
        return Response(_encoded(search_index()), content_type="application/json")

    @pages.get("/reference/search.js")
    def search_js() -> Response:
        """The index as a script: pages that are files can load scripts but not JSON."""
        code = b"window.understudyIndex = " + _encoded(search_index()) + b";\n"
        return Response(code, content_type="text/javascript")

    @pages.get("/reference/<name>/")
    def overview(name: str) -> str | Redirection:
        reference = reference_of(name)
        # Links by operationId: only the reference knows the slug.
        if (operation_id := request.args.get("operation")) is not None:
            slug = reference.slugs.get(operation_id) or abort(404)
            return redirect(url_for(".operation", name=name, slug=slug))
        return render_template("overview.html", reference=reference)

    @pages.get("/reference/<name>/rules")
    def rules(name: str) -> str:
        return _rules_page(reference_of(name))

    @pages.get("/reference/<name>/changes")
    def changes(name: str) -> str:
        return render_template("changes.html", reference=reference_of(name))

    @pages.get("/reference/<name>/<slug>")
    def operation(name: str, slug: str) -> str:
        reference = reference_of(name)
        page = reference.operation_page(slug) or abort(404)
        operation = page.operation
        key = shown_key(keys.get(name, ()), access)
        samples = reference.code_samples(operation, page_origin(), key)
        return render_template(
            "operation.html",
            reference=reference,
            page=page,
            operation=operation,
            samples=samples,
            key=key,
        )

    @pages.get("/disagreements/<name>")
    def disagreements(name: str) -> str:
        return render_template("disagreements.html", reference=reference_of(name))

    return pages


def _rules_page(reference: ApiReference) -> str:
    """Return the page of the rules. Raises RulesError for a file: none is written without them."""
    if reference.broken_rules is not None and current_app.config.get("STATIC"):
        raise reference.broken_rules
    return render_template("rules.html", reference=reference)


def _encoded(index: list[SearchEntry]) -> bytes:
    """Return the index and the weights as JSON; addresses are relative to `reference/`."""
    static = bool(current_app.config.get("STATIC"))
    rows = [[*entry[:3], page_address(entry.page, entry.anchor, static=static)] for entry in index]
    return json_codec.encode({"weights": WEIGHTS, "entries": rows})
