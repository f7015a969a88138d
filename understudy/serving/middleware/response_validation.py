"""Response validation: encode what the handler returned, hold it against the contract, and commit
what the handler wrote, or roll it back."""

from __future__ import annotations

from understudy.http.asgi_request import Receive, Scope
from understudy.http.asgi_response import Send
from understudy.openapi import connexion
from understudy.openapi.operation import Operation
from understudy.serving.api import Api
from understudy.serving.middleware.routed import ASGIApp, RoutedAPI, RoutedMiddleware
from understudy.serving.request_context import KEY, RequestContext


class ResponseValidationOperation:
    """Makes the responses of one operation, and ends the transaction of each request."""

    def __init__(self, api: Api, operation: Operation, next_app: ASGIApp) -> None:
        self.next_app = next_app
        self._encoders = api.encoders(operation)
        self._success = operation.success

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request over, and turn its result into a response.

        Raises ContractBroken where the contract does not allow it; nothing is kept then.
        """
        context: RequestContext = scope[KEY]
        world = context.world
        assert world is not None
        try:
            await self.next_app(scope, receive, send)
            if context.response is None:
                result = context.result
                status, headers = 0, None
                if type(result) is tuple:
                    result, status, headers = result if len(result) == 3 else (*result, None)
                accept = context.request.headers.get(b"accept", b"")
                encoder = self._encoders[status or self._success]
                response = encoder.encode(result, accept)
                if headers:
                    response = encoder.with_headers(response, headers)
                if context.prefer is not None:
                    response = context.prefer.applied_to(response, context.source)
                context.response = response
        except BaseException:
            world.rollback()
            raise
        world.commit()


class ResponseValidationAPI(RoutedAPI):
    """The response validation operations of one API."""

    def compiled(
        self, operation: connexion.AbstractOperation, declared: Operation, next_app: ASGIApp
    ) -> ResponseValidationOperation:
        """Return the response validation operation."""
        return ResponseValidationOperation(self.served, declared, next_app)


class ResponseValidationMiddleware(RoutedMiddleware):
    """Validates responses by their contract."""

    api_cls = ResponseValidationAPI
