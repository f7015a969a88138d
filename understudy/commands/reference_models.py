"""Reference models: stand-ins within this process that exploration compares a server with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial

from understudy.app import Understudy
from understudy.client.transports.in_process import InProcess
from understudy.client.transports.requests_adapter import Adapter
from understudy.conformance.exploration.differential import Model
from understudy.errors import UsageError
from understudy.openapi.loading.retrieval import Source
from understudy.runtime.namespaces.memory_registry import MemoryRegistry
from understudy.runtime.namespaces.registry import NamespaceRegistry
from understudy.serving.api import Api
from understudy.serving.project import bundled, load


@contextmanager
def models_of(document: Source, name: str, persona: str | None = None) -> Iterator[list[Model]]:
    """Yield a model for each persona of the API that the document describes, or for one persona.

    Raises UsageError if the document belongs to no project with handlers for it.
    """
    with ExitStack() as stack:
        models = []
        for known in _api(document, name).personas:
            if persona not in (None, known):
                continue
            api = _api(document, name)
            if known:
                api.template.persona = api.check_persona(known)
            app = Understudy([api], allow_callbacks=None)  # only the target's are wanted
            in_process = InProcess(app)
            stack.callback(in_process.close)
            namespaces = app.namespaces
            assert isinstance(namespaces, MemoryRegistry)  # without a database
            models.append(
                Model(
                    f"the stand-in ({known})" if known else "the stand-in",
                    Adapter(in_process),
                    namespaces.drop,
                    partial(_advance_clock, namespaces),
                )
            )
        yield models


def _advance_clock(namespaces: NamespaceRegistry, name: str) -> None:
    namespaces.transact_soon(name, lambda n: n.clock.advance(timedelta(seconds=1.7)))


def _api(document: Source, name: str) -> Api:
    project = None if isinstance(document, str) else document.resolve().parent.parent
    if project is not None and (project / "handlers").is_dir():
        paths = [] if project == bundled().resolve() else [project]
        for api in load(paths):
            if api.name == name:
                return api
    raise UsageError(f"{document} cannot be explored: it has no handlers, in handlers/{name}.py")
