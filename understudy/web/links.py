"""Where pages are: as addresses of a server, or as files that link each other."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from typing import Any

from flask import request, url_for

#: Where the pages are, but for home.
ROOT = "/_understudy"


def ending(page: str, anchor: str = "", *, static: bool) -> str:
    """A page's address as it ends, among files or on a server."""
    if static and "." not in posixpath.basename(page):
        page += "index.html" if page.endswith("/") else ".html"
    return f"{page}#{anchor}" if anchor else page


def file_of(address: str) -> str:
    """The file, below the site's own directory, of the page at an address of the server."""
    return ending(address.removeprefix(ROOT), static=True).removeprefix("/") or "index.html"


def among_files(wanted: dict[str, None]) -> Callable[..., str]:
    """`url_for` among files: the way from the file of this page to that of another, which is then
    `wanted`."""

    def link(endpoint: str, **values: Any) -> str:
        address, sign, anchor = url_for(endpoint, **values).partition("#")
        wanted.setdefault(address)
        here = posixpath.dirname(file_of(request.path))
        return posixpath.relpath(file_of(address), here or ".") + sign + anchor

    return link
