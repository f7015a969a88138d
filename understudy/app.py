"""The app: contracts, worlds, journal and pages as one ASGI application, on Connexion."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from understudy import control
from understudy.console import Console
from understudy.framework import (
    API,
    AbstractOperation,
    ConnexionMiddleware,
    GatedSpecification,
    Resolution,
    Resolver,
)
from understudy.namespace import Namespaces
from understudy.project import Api
from understudy.sample import Sample
from understudy.stage import Stage


class Understudy(ConnexionMiddleware):  # type: ignore[misc]
    """The ASGI app that stands in for `apis`. Two of them share no state.

    Raises UsageError where the documents cannot be served, or not together.
    """

    def __init__(self, apis: Iterable[Api]) -> None:
        self.served = list(apis)
        self.namespaces = Namespaces()
        stage = partial(Stage, namespaces=self.namespaces)
        super().__init__(Console(self.served), middlewares=[stage])
        for api in (control.backstage(self.namespaces, self.served), *self.served):
            options = {**self.options.__dict__, "resolver": HandlerResolver(api), "served": api}
            specification = GatedSpecification(api.contract.document, api.contract.paths)
            self.apis.append(API(specification, base_path=api.contract.base_path, **options))
        # Built now and not at the first request: what is wrong is told at the start.
        self.app, self.middleware_stack = self._build_middleware_stack()


class HandlerResolver(Resolver):  # type: ignore[misc]
    """Finds the handler of an operation, or the sample that stands in for one."""

    def __init__(self, api: Api) -> None:
        super().__init__()
        self._api = api

    def resolve(self, operation: AbstractOperation) -> Resolution:
        """The function that answers Connexion's operation, and its id."""
        ours = self._api.contract.operation(operation.method, operation.path)
        return Resolution(self._api.handler(ours) or Sample(ours), ours.id)
