"""Security: who may use an operation, and which tenant's world its handler works on."""

from __future__ import annotations

from collections.abc import Awaitable

from understudy.errors import Problem
from understudy.http.asgi_request import Receive, Scope
from understudy.http.asgi_response import Send
from understudy.http.messages import Request
from understudy.http.security import SecurityCheck
from understudy.openapi import connexion
from understudy.openapi.operation import Operation
from understudy.runtime.namespaces.namespace import DEFAULT
from understudy.runtime.work.work import NEVER
from understudy.serving.api import Api
from understudy.serving.error_responses import not_found
from understudy.serving.middleware.routed import ASGIApp, RoutedAPI, RoutedMiddleware
from understudy.serving.request_context import KEY, RequestContext


class SecurityOperation:
    """Checks the credentials of the requests for one operation."""

    def __init__(self, api: Api, operation: Operation, next_app: ASGIApp) -> None:
        schemes = operation.contract.security_schemes
        self.next_app = next_app
        self._api = api
        self._access = api.control_access
        self._personas = operation.personas
        self._check = SecurityCheck(operation.security, schemes, api.authenticate, api.keys)

    def admits(self, request: Request) -> bool:
        """Return whether the credentials of a request are good."""
        try:
            if self._access is not None:
                self._access.check(request)
            self._check.admit(request)
        except Problem:
            return False
        return True

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Hand the request over with its world.

        Raises Problem 401 or 403, and 404 where the namespace's persona lacks the operation.
        """
        context: RequestContext = scope[KEY]
        tenant = self._check.admit(context.request)
        if self._access is not None:
            is_default = context.namespace.name == DEFAULT
            tenant = self._access.admit(context.request, is_default_namespace=is_default)
        context.world = world = self._api.world(context.namespace, tenant)
        due = world.work.due
        if due != NEVER and due <= world.clock.now():
            context.namespace.do_due_work()
        if self._personas is not None and world.persona not in self._personas:
            raise not_found(context.request)
        return self.next_app(scope, receive, send)


class SecurityAPI(RoutedAPI):
    """The security operations of one API."""

    def compiled(
        self, operation: connexion.AbstractOperation, declared: Operation, next_app: ASGIApp
    ) -> SecurityOperation:
        """Return the security operation."""
        return SecurityOperation(self.served, declared, next_app)


class SecurityMiddleware(RoutedMiddleware):
    """Checks credentials by the security schemes of the document, and API keys by the options of
    the server."""

    api_cls = SecurityAPI

    def admits(self, api: Api, operation: Operation, request: Request) -> bool:
        """Return whether the credentials of a request for an operation are good."""
        checked = self.operation_of(api, operation)
        return isinstance(checked, SecurityOperation) and checked.admits(request)
