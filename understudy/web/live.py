"""The console: pages that show what happens in a namespace, and that change it.

The pages are empty; their scripts fill them through the control API, as any client could.
"""

from __future__ import annotations

from functools import partial

from flask import Blueprint, render_template, request

from understudy.runtime.namespaces.namespace import DEFAULT

#: The pages beside the journal, which is the first.
_PAGES = ("exchange", "state", "faults", "clock", "webhooks", "coverage", "settings")

#: Fault rules that the form begins with, by their titles.
_PRESETS = {
    "500 once": {"then": {"status": 500}, "times": 1},
    "429 with Retry-After": {
        "then": {"status": 429, "headers": {"Retry-After": "1"}},
        "times": 1,
    },
    "503, then as usual": {"then": {"responses": [{"status": 503}, {}]}, "times": None},
    "slow": {"then": {"delay": {"lognormal": {"median": 1, "sigma": 0.5}}}, "times": None},
    "429 after 10 requests a minute": {
        "then": {"rate_limit": {"requests": 10, "seconds": 60}},
        "times": None,
    },
    "lost connection": {"then": {"connection": "reset"}, "times": 1},
    "half a body": {"then": {"corrupt": "truncate"}, "times": 1},
}


def live_blueprint() -> Blueprint:
    """Create the blueprint of the pages at `console/`."""
    pages = Blueprint("live", __name__)

    def console_page(page: str) -> str:
        # The URL may fix the namespace (/_ns/NAME/...); otherwise the page offers a choice.
        fixed = request.root_path.rpartition("/")[2]
        chosen = fixed or request.args.get("namespace", "")
        return render_template(
            f"console/{page}.html",
            fixed=fixed,
            chosen=chosen,
            default=DEFAULT,
            page=page,
            presets=_PRESETS,
        )

    pages.add_url_rule("/", "journal", partial(console_page, "journal"))
    for name in _PAGES:
        pages.add_url_rule(f"/{name}", name, partial(console_page, name))
    return pages
