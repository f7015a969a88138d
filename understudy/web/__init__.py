"""The pages that people look at: a Flask application, built when somebody first looks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from understudy.http.control_access import ControlAccess
from understudy.runtime.namespace import NamespaceRegistry
from understudy.serving.api import Api

#: The paths of pages, and what the paths of other pages begin with.
_PATHS = frozenset([b"/", b"/_understudy", b"/_understudy/"])
_PREFIXES = (
    b"/_understudy/console",
    b"/_understudy/disagreements/",
    b"/_understudy/docs",
    b"/_understudy/reference",
    b"/_understudy/specs",
    b"/_understudy/static/",
    b"/docs/",
)


class WebPages:
    """The pages as an ASGI app; costs nothing until the first request."""

    @staticmethod
    def serves(path: bytes) -> bool:
        """Whether an undecoded path is a page's."""
        return path in _PATHS or path.startswith(_PREFIXES)

    def __init__(
        self,
        apis: Sequence[Api],
        namespaces: NamespaceRegistry,
        guard: ControlAccess | None,
        side_door: Api,
    ) -> None:
        self._make = partial(_create, apis, namespaces, guard, side_door)
        self._app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request by Flask, in a thread of its own."""
        if self._app is None:
            self._app = self._make()
        await self._app(scope, receive, send)


def _create(
    apis: Sequence[Api], namespaces: NamespaceRegistry, guard: ControlAccess | None, side_door: Api
) -> Any:
    from a2wsgi import WSGIMiddleware

    from understudy.web.app import create_pages

    # a2wsgi types WSGI in another way than Flask
    pages: Any = create_pages(apis, namespaces, guard, side_door=side_door)
    return WSGIMiddleware(pages, workers=2)
