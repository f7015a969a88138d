"""The packages of the bundled handlers export their collections."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

import pytest

from tests.support.server import ROOT
from understudy import Collection
from understudy.serving.api import IDEMPOTENCY_KEYS
from understudy.serving.project import load_directory

NAMES = ("eliza", "zep")


def collections_of(name: str) -> set[Collection]:
    """Return the collections that any module of a package defines or imports."""
    package = import_module(f"handlers.{name}")
    modules = [
        import_module(module.name)
        for module in walk_packages(package.__path__, f"{package.__name__}.")
    ]
    return {
        value
        for module in (package, *modules)
        for value in vars(module).values()
        if isinstance(value, Collection)
    }


@pytest.mark.parametrize("name", NAMES)
def test_collections_are_exported(name: str) -> None:
    """Each collection of a package is in its `COLLECTIONS`, under a name of its own."""
    exported = import_module(f"handlers.{name}").COLLECTIONS
    assert set(exported) == collections_of(name)
    assert len({collection.name for collection in exported}) == len(exported)


@pytest.mark.parametrize("name", NAMES)
def test_collections_are_those_of_the_api(name: str) -> None:
    """The engine knows the exported collections by name; it has one more for idempotency keys."""
    (api,) = (api for api in load_directory(ROOT) if api.name == name)
    exported = import_module(f"handlers.{name}").COLLECTIONS
    known = {collection.name: collection.indexes for collection in api.collections.values()}
    known.pop(IDEMPOTENCY_KEYS.name, None)
    assert known == {collection.name: collection.indexes for collection in exported}
