"""HTML pages of reports, each of which needs no other file: their style, search and filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


def environment(package: str, folder: str) -> Environment:
    """Return what renders the templates in a folder of a package. They extend `page.html`, and all
    texts are escaped."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    own = PackageLoader("understudy", "report_formats/templates")
    return Environment(
        loader=ChoiceLoader([PackageLoader(package, folder), own]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
