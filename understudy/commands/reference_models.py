"""Stand-ins within this process, for exploration to compare a server with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

from understudy.app import Understudy
from understudy.client.in_process import InProcess
from understudy.client.requests_adapter import Adapter
from understudy.conformance.exploration.differential import Model
from understudy.errors import UsageError
from understudy.runtime.namespace import NamespaceRegistry
from understudy.serving.api import Api
from understudy.serving.project import bundled, load


@contextmanager
def models_of(document: Path, name: str, variant: str | None = None) -> Iterator[list[Model]]:
    """A model for each persona of the API that this document describes, or for that variant.

    Raises UsageError where nothing plays it: the document is of no project with handlers.
    """
    with ExitStack() as stack:
        models = []
        for persona in _api(document, name).personas:
            if variant not in (None, persona):
                continue
            api = _api(document, name)
            if persona:
                api.persona = api.check_persona(persona)
            app = Understudy([api])
            inside = InProcess(app)
            stack.callback(inside.close)
            told = f"the stand-in ({persona})" if persona else "the stand-in"
            namespaces = app.namespaces
            models.append(Model(told, Adapter(inside), namespaces.drop, partial(_wait, namespaces)))
        yield models


def _wait(namespaces: NamespaceRegistry, name: str) -> None:
    namespaces.get(name).clock.advance(timedelta(seconds=1.7))


def _api(document: Path, name: str) -> Api:
    project = document.resolve().parent.parent
    if (project / "handlers").is_dir():
        paths = [] if project == bundled().resolve() else [project]
        for api in load(paths):
            if api.name == name:
                return api
    raise UsageError(f"{document} cannot be explored: no handlers play it (handlers/{name}.py)")
