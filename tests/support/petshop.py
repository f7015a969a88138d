"""A project with two APIs, in the process of the tests: `shop` owns the state, `club` shares it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from understudy.app import Understudy
from understudy.client import ApiDouble, ControlClient
from understudy.client.transports.httpx_transport import Transport
from understudy.client.transports.in_process import InProcess
from understudy.runtime.namespaces.namespace import Namespace
from understudy.serving.project import load

_DOCUMENT = """
openapi: 3.1.0
info: {title: %(name)s, version: "1"}
servers: [{url: /%(name)s}]
security: [{key: []}]
paths:
  /pets/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: getPet, responses: {"200": {$ref: "#/components/responses/Any"}}}
    put:
      operationId: putPet
      requestBody: {required: true, content: {application/json: {schema: {type: object}}}}
      responses: {"200": {$ref: "#/components/responses/Any"}}
webhooks:
  both: {post: {responses: {default: {description: ""}}}}
  %(name)sHook: {post: {responses: {default: {description: ""}}}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: x-key}}
  responses: {Any: {description: ok, content: {application/json: {}}}}
"""

_HOOKS = """
def authenticate(credentials):
    return credentials["key"]
"""

_OWNER = """
from understudy import Collection, Index

PETS = Collection("pets", (Index(order="age"),))
COLLECTIONS = (PETS,)


PERSONAS = ("calm", "wild")
SETTINGS = {
    "adoption": {
        "type": "object",
        "required": ["mode"],
        "properties": {"mode": {"enum": ["immediate", "manual"]}, "delay": {"type": "string"}},
        "additionalProperties": False,
        "default": {"mode": "immediate"},
    }
}


def seed(world):
    world.store.put(PETS, "rex", {"name": "Rex"})
"""

_OPERATIONS = """
from ..shop import PETS


def get_pet(world, id_):
    return {**(world.store.get(PETS, id_) or {}), "persona": world.persona, **world.settings}


def put_pet(world, id_, body):
    pet = body
    if "in" in body:
        pet = {"due": world.clock.now() + int(body["in"] * 1_000_000)}
        world.wake_at(pet["due"])
    world.store.put(PETS, id_, {**pet, "id": id_})
    for name in body.get("send", ()):
        world.webhooks.send(name)
    return {}
"""

#: The files of the project.
FILES = {
    "specs/club.yaml": _DOCUMENT % {"name": "club"},
    "specs/shop.yaml": _DOCUMENT % {"name": "shop"},
    "handlers/club/__init__.py": 'STATE_OF = "shop"\n' + _HOOKS,
    "handlers/club/pets.py": _OPERATIONS,
    "handlers/shop/__init__.py": _OWNER + _HOOKS,
    "handlers/shop/pets.py": _OPERATIONS,
}


def write_project(directory: Path, files: Mapping[str, str] = FILES) -> None:
    """Write the files of a project."""
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@dataclass
class Petshop:
    """The project as it is served: the clients of both APIs, and of the control API."""

    control: ControlClient
    http: httpx.Client
    transport: Transport
    namespace: Namespace

    def put(self, api: str, pet: str, body: Any) -> httpx.Response:
        """Write a pet."""
        return self.http.put(f"/{api}/pets/{pet}", json=body)

    def get(self, api: str, pet: str) -> Any:
        """Read a pet."""
        return self.http.get(f"/{api}/pets/{pet}").json()

    def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """Send a request to the control API."""
        return self.http.request(method, f"/_understudy{path}", json=body)

    def double(self, api: str) -> ApiDouble:
        """Return the test double of an API."""
        return ApiDouble(self.control, api, f"/{api}", transport=self.transport)


@contextmanager
def petshop(directory: Path, **changed: str) -> Iterator[Petshop]:
    """Serve the project until the block ends; `changed` is text that is added to a file's, such as
    `shop="..."` for the package `handlers/shop`."""
    added = {f"handlers/{name}/__init__.py": text for name, text in changed.items()}
    write_project(directory, {name: text + added.get(name, "") for name, text in FILES.items()})
    app = Understudy(load([directory]))
    inside = InProcess(app)
    transport = Transport(inside)
    base = "http://localhost/_ns/test"
    control = ControlClient("http://localhost", "test", transport=transport)
    try:
        with httpx.Client(base_url=base, transport=transport, headers={"x-key": "ann"}) as http:
            yield Petshop(control, http, transport, app.namespaces.get("test"))
    finally:
        control.close()
        inside.close()
