"""The web pages: home, reference and console, a Flask application built at its first request."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from understudy.http.control_access import ControlAccess
from understudy.runtime.namespaces.registry import NamespaceRegistry
from understudy.serving.api import Api

#: Paths of pages, undecoded and without the namespace.
_PAGES = frozenset({b"/", b"/_understudy", b"/_understudy/"})
#: Prefixes of the paths of all other pages.
_PREFIXES = (
    b"/_understudy/console",
    b"/_understudy/disagreements/",
    b"/_understudy/docs",
    b"/_understudy/guides",
    b"/_understudy/reference",
    b"/_understudy/search",
    b"/_understudy/specs",
    b"/_understudy/static/",
    b"/docs/",
)


class WebPages:
    """The pages as an ASGI app; nothing is imported or built before the first request."""

    def __init__(
        self,
        apis: Sequence[Api],
        namespaces: NamespaceRegistry,
        access: ControlAccess | None,
        control_api: Api,
    ) -> None:
        self._create = partial(_create, apis, namespaces, access, control_api)
        self._app: Any = None

    @staticmethod
    def serves(path: bytes) -> bool:
        """Return whether a path belongs to a page: undecoded, without the namespace's prefix."""
        return path in _PAGES or path.startswith(_PREFIXES)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request by Flask, in a worker thread."""
        if self._app is None:
            self._app = self._create()
        await self._app(scope, receive, send)


def _create(
    apis: Sequence[Api],
    namespaces: NamespaceRegistry,
    access: ControlAccess | None,
    control_api: Api,
) -> Any:
    from a2wsgi import WSGIMiddleware

    from understudy.web.app import create_pages

    # a2wsgi and Flask declare different types for WSGI
    pages: Any = create_pages(apis, namespaces, access, control_api=control_api)
    return WSGIMiddleware(pages, workers=2)
