"""The pages of the guides."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, current_app, render_template

from understudy.web.guides.guide import Guide


def guides_blueprint(guides: Sequence[Guide]) -> Blueprint:
    """Create the blueprint of the pages at `guides/`."""
    pages = Blueprint("guides", __name__)
    by_name = {guide.name: guide for guide in guides}
    by_path = {guide.path: guide for guide in guides}

    @pages.get("/guides/")
    def index() -> str:
        return render_template("guides.html", guides=guides)

    @pages.get("/guides/<name>")
    def guide(name: str) -> str:
        shown = by_name.get(name) or abort(404)
        markup = shown.markup(by_path, static=bool(current_app.config.get("STATIC")))
        return render_template("guide.html", guides=guides, guide=shown, markup=markup)

    return pages
