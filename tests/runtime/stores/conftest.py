"""Fixtures for tests that run on all databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import FACTORIES, Factory
from understudy.runtime.stores.database import Database


@pytest.fixture(params=FACTORIES)
def factory(request: pytest.FixtureRequest) -> Factory:
    """Return what makes databases of one kind."""
    return FACTORIES[request.param]


@pytest.fixture
def database(factory: Factory, tmp_path: Path) -> Iterator[Database]:
    """Return a new database, opened."""
    made = factory(tmp_path)
    made.open()
    yield made
    made.close()
