"""The index of the search, and the page with its results."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from flask import Blueprint, Response, current_app, render_template, request

from understudy.web.guides.guide import Guide
from understudy.web.reference.api_reference import ApiReference
from understudy.web.search.index import INDEX, SearchIndex, as_script, entries_with, search_index


def search_blueprint(references: Sequence[ApiReference], guides: Sequence[Guide]) -> Blueprint:
    """Create the blueprint of `search` and its index; the index is made at its first use."""
    pages = Blueprint("search", __name__)

    @cache
    def index() -> SearchIndex:
        return search_index(references, guides)

    @cache
    def script(static: bool) -> bytes:
        return as_script(index(), static=static)

    @pages.get("/search")
    def page() -> str:
        query = request.args.get("q", "").strip()
        found = entries_with(index(), query) if query else []
        return render_template("search.html", query=query, found=found)

    @pages.get(f"/{INDEX}")
    def index_script() -> Response:
        static = bool(current_app.config.get("STATIC"))
        response = Response(script(static), content_type="text/javascript; charset=utf-8")
        response.add_etag()
        response.make_conditional(request)
        return response

    return pages
