"""The reference pages: each API, its operations, rules, changes and disagreements."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

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

from understudy.http.control_access import ControlAccess
from understudy.openapi.credentials import required_schemes
from understudy.web.reference.api_reference import ApiReference
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

    @pages.get("/reference/<name>/<slug>")
    def operation(name: str, slug: str) -> str:
        reference = reference_of(name)
        page = reference.operation_page(slug) or abort(404)
        operation = page.operation
        key = shown_key(keys.get(name, ()), access)
        origin = page_origin()
        return render_template(
            "operation.html",
            reference=reference,
            page=page,
            operation=operation,
            origin=origin,
            samples=reference.code_samples(operation, origin, key),
            key=key,
            requirements=required_schemes(operation.security, key),
        )

    _add_pages_about(pages, reference_of)
    return pages


def _add_pages_about(pages: Blueprint, reference_of: Callable[[str], ApiReference]) -> None:
    """Add the pages about a whole API beside its overview."""

    @pages.get("/reference/<name>/rules")
    def rules(name: str) -> str:
        return _rules_page(reference_of(name))

    @pages.get("/reference/<name>/changes")
    def changes(name: str) -> str:
        return _changes_page(reference_of(name))

    @pages.get("/reference/<name>/versions")
    def versions(name: str) -> str:
        reference = reference_of(name)
        if reference.versions is None:
            abort(404)
        return render_template("versions.html", reference=reference)

    @pages.get("/disagreements/<name>")
    def disagreements(name: str) -> str:
        return render_template("disagreements.html", reference=reference_of(name))


def _rules_page(reference: ApiReference) -> str:
    """Return the page of the rules. Raises RulesError for a file: none is written without them."""
    if reference.broken_rules is not None and current_app.config.get("STATIC"):
        raise reference.broken_rules
    return render_template("rules.html", reference=reference)


def _changes_page(reference: ApiReference) -> str:
    """Return the page of the changes. Raises UsageError for a file, as above."""
    if reference.broken_changelog is not None and current_app.config.get("STATIC"):
        raise reference.broken_changelog
    return render_template("changes.html", reference=reference)
