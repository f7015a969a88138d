"""Callbacks: sent after the response of an operation that declares some."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes

from understudy.errors import Problem
from understudy.http.asgi_request import Receive, Scope
from understudy.http.asgi_response import Send
from understudy.http.body.body_reader import BodyReader
from understudy.http.body.media_types import media_of
from understudy.http.har import response_headers
from understudy.http.json_codec import ABSENT, decode_or_text
from understudy.http.messages import Request, Response
from understudy.http.router import parameter_names
from understudy.http.runtime_expressions import ExpressionValues, Message
from understudy.openapi import connexion
from understudy.openapi.callbacks import Callback
from understudy.openapi.operation import Operation
from understudy.openapi.operation_reader import parse_media_type
from understudy.serving.api import Api
from understudy.serving.middleware.routed import ASGIApp, RoutedAPI, RoutedMiddleware
from understudy.serving.outgoing.outgoing import Outgoing
from understudy.serving.request_context import KEY, RequestContext


class CallbackOperation:
    """Sends the callbacks of one operation after each response that is not an error."""

    def __init__(
        self,
        operation: Operation,
        callbacks: Sequence[Callback],
        api: Api,
        outgoing: Outgoing,
        next_app: ASGIApp,
    ) -> None:
        self.next_app = next_app
        self._operation = operation
        self._callbacks = callbacks
        self._api = api
        self._outgoing = outgoing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request over; note the callbacks if it was committed."""
        context: RequestContext = scope[KEY]
        await self.next_app(scope, receive, send)
        response = context.response
        if response is not None and 0 < response.status < 400:
            scheme = scope.get("scheme", "http")
            context.after_response = partial(self._send, context, response, scheme)

    def _send(self, context: RequestContext, response: Response, scheme: str) -> None:
        values = expression_values(self._operation, context, response, scheme)
        self._outgoing.send_callbacks(context.namespace, self._api.name, self._callbacks, values)


def expression_values(
    operation: Operation, context: RequestContext, response: Response, scheme: str
) -> ExpressionValues:
    """Return the values of runtime expressions for an exchange."""
    request = context.request
    headers = {n.decode("latin-1"): v.decode("latin-1") for n, v in request.headers.items()}
    query = request.query.decode("latin-1")
    path = request.path.decode("latin-1") + (f"?{query}" if query else "")
    fields = parse_qsl(query, keep_blank_values=True)
    values = (unquote_to_bytes(raw).decode(errors="replace") for raw in request.path_values)
    return ExpressionValues(
        url=f"{scheme}://{headers.get('host', 'localhost')}{context.namespace.root}{path}",
        method=request.method,
        status=response.status,
        request=Message(
            headers,
            _request_body(operation, request),
            dict(reversed(fields)),  # the first of several values
            dict(zip(parameter_names(operation.path), values, strict=False)),
        ),
        response=Message(response_headers(response), decode_or_text(response.body)),
    )


def _request_body(operation: Operation, request: Request) -> Any:
    """Return the body of a request by its media type; ABSENT if it cannot be read."""
    if operation.body is None or not request.body:
        return ABSENT
    content_type = request.headers.get(b"content-type", b"").decode("latin-1")
    media = media_of(operation.body.media.values(), content_type)
    if media is None:
        return ABSENT
    kind, parameters = parse_media_type(content_type)
    try:
        return BodyReader(operation.contract.schemas, media, kind).read(parameters, request.body)
    except Problem:
        return ABSENT


class CallbackAPI(RoutedAPI):
    """The callback operations of one API; most operations have none."""

    def compiled(
        self, operation: connexion.AbstractOperation, declared: Operation, next_app: ASGIApp
    ) -> CallbackOperation | None:
        """Return the callback operation, if the document declares callbacks."""
        outgoing: Outgoing = self.shared
        of_api = outgoing.apis.get(self.served.name)
        callbacks = None if of_api is None else of_api.callbacks.get(declared.id)
        if not callbacks:
            return None
        return CallbackOperation(declared, callbacks, self.served, outgoing, next_app)


class CallbackMiddleware(RoutedMiddleware):
    """Sends callbacks after responses."""

    api_cls = CallbackAPI

    def __init__(self, app: Any, *, outgoing: Outgoing) -> None:
        super().__init__(app, outgoing)
