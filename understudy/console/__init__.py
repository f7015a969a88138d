"""The pages that people look at: a Flask application, built when somebody first looks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from understudy.guard import Guard
from understudy.namespace import Namespaces
from understudy.project import Api


class Console:
    """The pages as an ASGI app; costs nothing until the first request."""

    def __init__(
        self, apis: Sequence[Api], namespaces: Namespaces, guard: Guard | None = None
    ) -> None:
        self._shown = (apis, namespaces, guard)
        self._app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request by Flask, in a thread of its own."""
        if self._app is None:
            from a2wsgi import WSGIMiddleware

            from understudy.console.pages import create_pages

            pages: Any = create_pages(*self._shown)  # a2wsgi types WSGI in another way than Flask
            self._app = WSGIMiddleware(pages, workers=2)
        await self._app(scope, receive, send)
