"""Addresses of pages: URLs of a server, or relative paths among files."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from typing import Any

from flask import request, url_for

#: The path of all pages but home.
ROOT = "/_understudy"


def page_address(page: str, anchor: str = "", *, static: bool) -> str:
    """Return a page's address with its anchor; with the ending of a file if `static`."""
    if static and "." not in posixpath.basename(page):
        page += "index.html" if page.endswith("/") else ".html"
    return f"{page}#{anchor}" if anchor else page


def file_of(address: str) -> str:
    """Return the file of the page at an address, relative to the site's directory."""
    file = page_address(address.removeprefix(ROOT), static=True)
    return file.removeprefix("/") or "index.html"


def file_url_builder(linked: dict[str, None]) -> Callable[..., str]:
    """Return a `url_for` for files: it gives the path of a page's file, relative to this page's.

    Each address that it links is added to `linked`.
    """

    def file_url(endpoint: str, **values: Any) -> str:
        address, separator, anchor = url_for(endpoint, **values).partition("#")
        linked.setdefault(address)
        here = posixpath.dirname(file_of(request.path))
        # Absolute paths, because relative ones are taken from the current directory.
        return posixpath.relpath(f"/{file_of(address)}", f"/{here}") + separator + anchor

    return file_url
