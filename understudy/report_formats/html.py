"""HTML pages of reports, each of which needs no other file: their style, search and filters."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


def environment(package: str, folder: str) -> Environment:
    """Return what renders the templates in a folder of a package. They extend `page.html`, and all
    texts are escaped."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    own = PackageLoader("understudy", "report_formats/templates")
    made = Environment(
        loader=ChoiceLoader([PackageLoader(package, folder), own]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.globals["policy"] = _policy(made)
    return made


def _policy(environment: Environment) -> str:
    """Return the policy of a page: it runs our script, has our style, and loads nothing."""
    names = {"script-src": "filters.js", "style-src": "page.css"}
    sources = (
        f"{directive} 'sha256-{_hash(environment.get_template(name).render())}'"
        for directive, name in names.items()
    )
    return "; ".join(["default-src 'none'", *sources, "base-uri 'none'", "form-action 'none'"])


def _hash(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()
