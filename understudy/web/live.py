"""The console: pages that show what happens in a namespace, and that change it.

The pages are empty; their scripts fill them through the control API, as any client could.
"""

from __future__ import annotations

from flask import Blueprint, render_template, request

from understudy.runtime.namespaces.namespace import DEFAULT


def live_blueprint() -> Blueprint:
    """Create the blueprint of the pages at `console/`."""
    pages = Blueprint("live", __name__)

    def console_page(page: str) -> str:
        # The URL may fix the namespace (/_ns/NAME/...); otherwise the page offers a choice.
        fixed = request.root_path.rpartition("/")[2]
        chosen = fixed or request.args.get("namespace", "")
        return render_template(
            f"console/{page}.html", fixed=fixed, chosen=chosen, default=DEFAULT, page=page
        )

    @pages.get("/")
    def journal() -> str:
        return console_page("journal")

    @pages.get("/exchange")
    def exchange() -> str:
        return console_page("exchange")

    @pages.get("/state")
    def state() -> str:
        return console_page("state")

    @pages.get("/controls")
    def controls() -> str:
        return console_page("controls")

    return pages
