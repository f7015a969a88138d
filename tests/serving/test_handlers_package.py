"""A handlers package: which of its modules hold operations, and which collections it has."""

from __future__ import annotations

from pathlib import Path

import pytest

from understudy.app import Understudy
from understudy.client import ControlClient, ControlError
from understudy.client.transports.httpx_transport import Transport
from understudy.client.transports.in_process import InProcess
from understudy.serving.api import Api
from understudy.serving.project import load_directory

DOCUMENT = """
openapi: 3.0.3
info: {title: Pets, version: "1"}
paths:
  /pets/{name}:
    parameters: [{name: name, in: path, required: true, schema: {type: string}}]
    put:
      operationId: putPet
      responses: {"204": {description: stored}}
"""
OPERATIONS = """
from .model.pets import keep


def put_pet(world, name):
    keep(world, name)
    return None, 204
"""
MODEL = """
from understudy import Collection

PETS = Collection("pets")


def keep(world, name):
    world.store.put(PETS, name, {"name": name})
"""
EXPORT = "from .model.pets import PETS\n\nCOLLECTIONS = (PETS,)\n"


def load(directory: Path, package: str) -> Api:
    """Write a project whose handlers package begins so, and return its API."""
    files = {
        "specs/pets.yaml": DOCUMENT,
        "handlers/pets/__init__.py": package,
        "handlers/pets/pets.py": OPERATIONS,
        "handlers/pets/model/__init__.py": "",
        "handlers/pets/model/pets.py": MODEL,
    }
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (api,) = load_directory(directory)
    return api


def test_inner_packages_hold_no_operations(tmp_path: Path) -> None:
    """A public function of an inner package needs no operation in the document."""
    api = load(tmp_path, EXPORT)
    (operation,) = api.contract.operations
    assert api.handler(operation) is not None


def test_collections_are_those_that_the_package_exports(tmp_path: Path) -> None:
    """A collection that is not in `COLLECTIONS` is unknown to the engine."""
    assert list(load(tmp_path / "one", EXPORT).collections) == ["pets"]
    assert load(tmp_path / "two", "").collections == {}


@pytest.mark.parametrize(
    ("package", "message"),
    [
        (EXPORT, None),
        ("", "in the collection 'pets'; add it to COLLECTIONS in their package"),
    ],
)
def test_snapshot_needs_exported_collections(
    tmp_path: Path, package: str, message: str | None
) -> None:
    """A snapshot that could not be restored is refused with the remedy."""
    inside = InProcess(Understudy([load(tmp_path, package)]))
    transport = Transport(inside)
    control = ControlClient("http://localhost", "pets", transport=transport)
    try:
        put = inside.perform("PUT", b"/_ns/pets/pets/Rex", [], b"").result()
        assert put.status == 204
        if message is None:
            control.state.snapshot("before")
            inside.perform("PUT", b"/_ns/pets/pets/Tom", [], b"").result()
            control.state.restore("before")
            records = control.state.export()["apis"]["pets"][""]["pets"]["records"]
            assert list(records) == ["Rex"]
        else:
            with pytest.raises(ControlError, match=message):
                control.state.snapshot("before")
    finally:
        control.close()
        inside.close()
