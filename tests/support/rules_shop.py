"""A shop whose handlers change names, with rules beside its document, for tests of `check`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.support.server import Server, run

DOCUMENT = """
openapi: 3.0.3
info: {title: Shop, version: "1"}
paths:
  /shop/pets/{name}:
    parameters: [{name: name, in: path, required: true, schema: {type: string}}]
    put:
      operationId: putPet
      tags: [writing]
      responses: {"200": {description: kept, content: {application/json: {schema: {type: object}}}}}
    get:
      operationId: getPet
      tags: [reading]
      responses:
        "200": {description: there, content: {application/json: {schema: {type: object}}}}
        "404": {description: not there, content: {application/json: {schema: {type: object}}}}
"""

HANDLERS = """
from understudy import Collection, Problem

PETS = Collection("pets")


def put_pet(world, name):
    world.store.put(PETS, name, {"name": name, "at": world.clock.now()})
    return {"name": name}


def get_pet(world, name):
    pet = world.store.get(PETS, name)
    if pet is None:
        raise Problem(404, "none")
    return {"name": pet["name"].upper(), "old": world.clock.now() - pet["at"] > 60_000_000}
"""

RULES: dict[str, Any] = {
    "arazzo": "1.0.1",
    "info": {"title": "Rules of the shop", "version": "1"},
    "sourceDescriptions": [{"name": "shop", "url": "./shop.yaml", "type": "openapi"}],
    "workflows": [],
}


def rule(name: str, basis: str, *steps: dict[str, Any]) -> dict[str, Any]:
    """Return a workflow with these steps."""
    return {
        "workflowId": name,
        "summary": f"It is so: {name}.",
        "description": "The shop's own words.",
        "x-understudy-basis": basis,
        "inputs": {"type": "object", "properties": {"run": {"type": "string"}}},
        "steps": list(steps),
    }


def step(name: str, operation: str, *conditions: str, **more: Any) -> dict[str, Any]:
    """Return a step about the pet of this run."""
    return {
        "stepId": name,
        "operationId": operation,
        "parameters": [{"name": "name", "in": "path", "value": "rex-{$inputs.run}"}],
        "successCriteria": [{"condition": condition} for condition in conditions],
        **more,
    }


FOUND = rule("found-again", "documented", step("a-put", "putPet", "$statusCode == 200"))
CHANGED = rule(
    "name-is-kept",
    "documented",
    step("b-put", "putPet", outputs={"name": "$response.body#/name"}),
    step("b-get", "getPet", "$response.body#/name == $steps.b-put.outputs.name"),
)
OLD = rule(
    "pets-grow-old",
    "observed",
    step("c-put", "putPet"),
    step("c-get", "getPet", "$response.body#/old == true", **{"x-understudy-advance": "PT2M"}),
)
OURS = rule("ours-alone", "decided", step("d-get", "getPet", "$statusCode == 418"))


def write_shop(project: Path) -> Path:
    """Write the project into a directory, and return it."""
    (project / "specs").mkdir()
    (project / "handlers").mkdir()
    (project / "specs" / "shop.yaml").write_text(DOCUMENT)
    (project / "handlers" / "shop.py").write_text(HANDLERS)
    write(project, FOUND, CHANGED, OLD, OURS)
    return project


def write(project: Path, *rules: dict[str, Any]) -> Path:
    """Write the rules of a project, and return their file."""
    path = project / "specs" / "shop.arazzo.yaml"
    path.write_text(yaml.safe_dump({**RULES, "workflows": list(rules)}))
    return path


def check_behaviour(server: Server, shop: Path, *options: str) -> tuple[int, str]:
    """Check the behaviour only; return the exit code and all output."""
    document = str(shop / "specs" / "shop.yaml")
    process = run("check", server.url, "--api", document, "--tier", "behaviour", *options)
    return process.returncode, process.stdout + process.stderr
