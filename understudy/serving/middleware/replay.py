"""Replay: requests that fit a recorded one get its response, in the place of the handler's."""

from __future__ import annotations

import logging
from typing import Any

from understudy.errors import Problem, Violation
from understudy.http.asgi_request import Receive, Scope
from understudy.http.asgi_response import Send
from understudy.http.messages import Response
from understudy.http.request.request_parser import RequestParser
from understudy.openapi import connexion
from understudy.openapi.operation import Operation
from understudy.recordings.replay import OperationReplay, RecordedAnswer, Replay
from understudy.serving.api import Api
from understudy.serving.error_responses import violations_header
from understudy.serving.middleware.routed import ASGIApp, RoutedAPI, RoutedMiddleware
from understudy.serving.prefer import SOURCE, header_text, parse_prefer
from understudy.serving.request_context import KEY, RequestContext

log = logging.getLogger("understudy")


class ReplayOperation:
    """Answers the requests for one operation from recordings, or says that something else did.

    A scheduled request is there for what it does to the state, so it goes on to the handler; so
    does one that prefers a response of the document.
    """

    def __init__(
        self, api: Api, operation: Operation, recorded: OperationReplay | None, next_app: ASGIApp
    ) -> None:
        self.next_app = next_app
        self._operation = operation
        self._recorded = recorded
        self._parser: RequestParser | None = None
        has_handler = api.handler(operation) is not None
        self._other_source = b"the handler" if has_handler else b"an example of the document"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or hand it over."""
        context: RequestContext = scope[KEY]
        if self._recorded is not None and context.schedule is None:
            await context.read_body(receive)
            prefer = parse_prefer(context.request)
            if prefer is None or not prefer.chooses:
                answer = self._recorded.answer(context.request, context.namespace.counters)
                if answer is not None:
                    response = self._response(answer, context)
                    source = f"the recording {answer.place}"
                    context.response = (
                        prefer.applied_to(response, source)
                        if prefer is not None
                        else response.with_headers(((SOURCE, header_text(source)),))
                    )
                    context.recording = answer.place
                    return
                self._log_miss(self._recorded, context)
        await self.next_app(scope, receive, send)
        self._name_source(context)

    def _response(self, answer: RecordedAnswer, context: RequestContext) -> Response:
        """Return the response as it was recorded, with the violations of the request."""
        violations = self._violations(context)
        if not violations:
            return answer.response
        header = (b"x-understudy-violations", violations_header(violations))
        return answer.response.with_headers((header,)).replace(violations=violations)

    def _violations(self, context: RequestContext) -> tuple[Violation, ...]:
        if self._parser is None:
            self._parser = RequestParser(self._operation)
        try:
            self._parser.parse(context.request)
        except Problem as problem:
            return problem.violations
        return ()

    def _log_miss(self, recorded: OperationReplay, context: RequestContext) -> None:
        if log.isEnabledFor(logging.INFO):
            nearest = recorded.nearest(context.request)
            log.info("%s: no recorded request fits; nearest: %s", self._operation.id, nearest)

    def _name_source(self, context: RequestContext) -> None:
        response = context.response
        if response is not None and all(name != SOURCE for name, _ in response.headers):
            context.response = response.with_headers(((SOURCE, self._other_source),))


class ReplayAPI(RoutedAPI):
    """The replay operations of one API; the control API has none."""

    def compiled(
        self, operation: connexion.AbstractOperation, declared: Operation, next_app: ASGIApp
    ) -> ReplayOperation | None:
        """Return the replay operation, if the API can have recordings."""
        if not self.served.journaled:
            return None
        replay: Replay = self.shared
        return ReplayOperation(self.served, declared, replay.of(declared), next_app)


class ReplayMiddleware(RoutedMiddleware):
    """Answers requests from recordings."""

    api_cls = ReplayAPI

    def __init__(self, app: Any, *, replay: Replay) -> None:
        super().__init__(app, replay)
