"""The console: pages for looking at what happens in a namespace, and for meddling with it. They are
empty; what they show and do, their scripts ask of the side door, as anybody could."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from understudy.runtime.namespace import DEFAULT


def live_blueprint() -> Blueprint:
    """The pages at `console/`."""
    pages = Blueprint("live", __name__)

    def shown(page: str) -> str:
        #: The namespace that the address itself names; else one may be chosen.
        fixed = request.root_path.rpartition("/")[2]
        chosen = fixed or request.args.get("namespace", "")
        return render_template(
            f"console/{page}.html", fixed=fixed, chosen=chosen, default=DEFAULT, page=page
        )

    @pages.get("/")
    def journal() -> str:
        return shown("journal")

    @pages.get("/exchange")
    def exchange() -> str:
        return shown("exchange")

    @pages.get("/state")
    def state() -> str:
        return shown("state")

    @pages.get("/controls")
    def controls() -> str:
        return shown("controls")

    return pages
