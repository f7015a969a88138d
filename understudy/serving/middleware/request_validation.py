"""Request validation: parameters and body, decoded and held against the contract."""

from __future__ import annotations

from collections.abc import Awaitable

from understudy.errors import Invalid, Problem
from understudy.http.asgi_request import Receive, Scope
from understudy.http.asgi_response import Send
from understudy.http.request.request_parser import RequestParser
from understudy.http.request.unknown_fields import unknown_fields
from understudy.openapi import connexion
from understudy.openapi.operation import Operation
from understudy.serving.api import Api
from understudy.serving.middleware.routed import ASGIApp, RoutedAPI, RoutedMiddleware
from understudy.serving.request_context import KEY, RequestContext


class RequestValidationOperation:
    """Validates the requests for one operation."""

    def __init__(self, api: Api, operation: Operation, next_app: ASGIApp) -> None:
        self.next_app = next_app
        self._api = api
        self._operation = operation
        self._compiled: RequestParser | None = None
        self._takes_body = operation.body is not None

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Hand the request over with the handler's arguments. Raises Invalid, or Problem 4xx."""
        context: RequestContext = scope[KEY]
        if self._takes_body:
            return self._read_and_validate(context, scope, receive, send)
        self._validate(context)
        return self.next_app(scope, receive, send)

    async def _read_and_validate(
        self, context: RequestContext, scope: Scope, receive: Receive, send: Send
    ) -> None:
        await context.read_body(receive)
        self._validate(context)
        await self.next_app(scope, receive, send)

    @property
    def _parser(self) -> RequestParser:
        """The parser, compiled at the first request: documents may have hundreds of operations."""
        if self._compiled is None:
            self._compiled = RequestParser(self._operation)
        return self._compiled

    def _validate(self, context: RequestContext) -> None:
        try:
            context.arguments = (self._compiled or self._parser).parse(context.request)
            if context.namespace.strict:
                self._reject_unknown_fields(context)
        except Problem as problem:
            if self._api.translate_violations is None:
                raise
            raise self._translated(problem, context) from None

    def _reject_unknown_fields(self, context: RequestContext) -> None:
        violations = unknown_fields(self._operation, context.request)
        if violations:
            raise Invalid(violations)

    def _translated(self, problem: Problem, context: RequestContext) -> Problem:
        """Return the problem as the API itself would report it, with the contract's violations."""
        translate = self._api.translate_violations
        assert translate is not None
        assert context.world is not None
        given = self._parser.parse_leniently(context.request)
        hook_context = self._api.hook_context(context.namespace, self._operation, context.request)
        try:
            translated = translate(context.world, hook_context, given, problem)
        except Problem as raised:
            translated = raised
        finally:
            context.world.rollback()
        translated.violations = translated.violations or problem.violations
        return translated


class RequestValidationAPI(RoutedAPI):
    """The request validation operations of one API."""

    def compiled(
        self, operation: connexion.AbstractOperation, declared: Operation, next_app: ASGIApp
    ) -> RequestValidationOperation:
        """Return the request validation operation."""
        return RequestValidationOperation(self.served, declared, next_app)


class RequestValidationMiddleware(RoutedMiddleware):
    """Validates requests by their contract; unknown fields too, where the namespace is strict."""

    api_cls = RequestValidationAPI
