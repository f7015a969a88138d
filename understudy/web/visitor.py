"""The server as the visitor of a page sees it: its origin, and the key to send."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import quote

from flask import current_app, request

from understudy.errors import Problem
from understudy.http.control_access import ControlAccess
from understudy.http.messages import Request
from understudy.openapi.credentials import ANY_KEY

#: The default origin of a stand-in, shown on pages that are files.
_DEFAULT_ORIGIN = "http://127.0.0.1:3000"
#: What stands for a key that the visitor may not see.
_HIDDEN_KEY = "YOUR_KEY"


def page_origin() -> str:
    """Return the origin of the page's server, with the prefix of the namespace."""
    if current_app.config.get("STATIC"):
        return _DEFAULT_ORIGIN
    return quote(request.host_url.rstrip("/") + request.root_path, safe="/:@[]%~")


def shown_key(admitted: Collection[str], access: ControlAccess | None) -> str:
    """Return a key that works; who may not use the control API sees none of those of the server."""
    if not admitted:
        return ANY_KEY
    return _HIDDEN_KEY if refusal(access) else min(admitted)


def refusal(access: ControlAccess | None) -> str:
    """Return why the visitor may not use the control API, or nothing."""
    if access is None:
        return ""
    headers = {k.lower().encode(): v.encode("latin-1") for k, v in request.headers.items()}
    headers.pop(b"sec-fetch-site", None)  # a link of another site may lead to this page
    try:
        access.check(Request("GET", b"/", b"", headers))
    except Problem as problem:
        return problem.message
    return ""
