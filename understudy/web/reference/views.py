"""The reference: what each API promises, a page an operation, and what is known beyond it."""

from __future__ import annotations

from collections.abc import Sequence
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
from understudy.web.links import ending
from understudy.web.reference.api_reference import ApiReference
from understudy.web.reference.search import WORTH, Entry, best, entries


def reference_blueprint(books: Sequence[ApiReference]) -> Blueprint:
    """The pages at `reference/` and `disagreements/`."""
    pages = Blueprint("reference", __name__)
    by_name = {book.name: book for book in books}

    def book_of(name: str) -> ApiReference:
        return by_name.get(name) or abort(404)

    @cache
    def index() -> list[Entry]:
        return entries(books)

    @pages.get("/reference/")
    def everything() -> str:
        query = request.args.get("q", "").strip()
        found = best(index(), query) if query else []
        return render_template("reference.html", books=books, query=query, found=found)

    @pages.get("/reference/search.json")
    def search_json() -> Response:
        return Response(_encoded(index()), content_type="application/json")

    @pages.get("/reference/search.js")
    def search_js() -> Response:
        """The same for pages that are files, which may load scripts and nothing else."""
        code = b"window.understudyIndex = " + _encoded(index()) + b";\n"
        return Response(code, content_type="text/javascript")

    @pages.get("/reference/<name>/")
    def overview(name: str) -> str | Redirection:
        book = book_of(name)
        if (known := request.args.get("operation")) is not None:  # its address is ours to know
            slug = book.slugs.get(known) or abort(404)
            return redirect(url_for(".operation", name=name, slug=slug))
        return render_template("overview.html", book=book)

    @pages.get("/reference/<name>/rules")
    def rules(name: str) -> str:
        return render_template("rules.html", book=book_of(name))

    @pages.get("/reference/<name>/changes")
    def changes(name: str) -> str:
        return render_template("changes.html", book=book_of(name))

    @pages.get("/reference/<name>/<slug>")
    def operation(name: str, slug: str) -> str:
        book = book_of(name)
        chapter = book.operation_page(slug) or abort(404)
        return render_template(
            "operation.html", book=book, chapter=chapter, operation=chapter.operation
        )

    @pages.get("/disagreements/<name>")
    def disagreements(name: str) -> str:
        return render_template("disagreements.html", book=book_of(name))

    return pages


def _encoded(index: list[Entry]) -> bytes:
    """What to search, and the worth of each kind; the pages' addresses are from the reference's."""
    static = bool(current_app.config.get("STATIC"))
    found = [[*entry[:3], ending(entry.page, entry.anchor, static=static)] for entry in index]
    return json_codec.encode({"worth": WORTH, "entries": found})
