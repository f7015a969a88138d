"""The reference pages: each API, its operations, rules, changes and disagreements."""

from __future__ import annotations

from collections.abc import Sequence

from flask import (
    Blueprint,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as Redirection

from understudy.web.reference.api_reference import ApiReference


def reference_blueprint(references: Sequence[ApiReference]) -> Blueprint:
    """Create the blueprint of the pages at `reference/` and `disagreements/`."""
    pages = Blueprint("reference", __name__)
    by_name = {reference.name: reference for reference in references}

    def reference_of(name: str) -> ApiReference:
        return by_name.get(name) or abort(404)

    @pages.get("/reference/")
    def index() -> str | Redirection:
        if "q" in request.args:  # where the search was before
            return redirect(url_for("search.page", q=request.args["q"]))
        return render_template("reference_index.html", references=references)

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
        return render_template(
            "operation.html", reference=reference, page=page, operation=page.operation
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
