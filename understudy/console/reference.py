"""The reference: what each API promises, a page an operation, and what is known beyond it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, render_template

from understudy.project import Api


def reference_room(apis: Sequence[Api]) -> Blueprint:
    """The pages at `reference/` and `disagreements/`."""
    pages = Blueprint("reference", __name__)
    by_name = {api.name: api for api in apis}

    @pages.get("/reference/")
    def everything() -> str:
        return render_template("reference.html", apis=apis)

    @pages.get("/disagreements/<name>")
    def disagreements(name: str) -> str:
        api = by_name.get(name) or abort(404)
        return render_template(
            "disagreements.html", apis=apis, contract=api.contract, personas=api.personas
        )

    return pages
