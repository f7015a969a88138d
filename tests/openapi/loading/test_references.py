"""References: over files, by names, and what is no reference."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.openapi.loading.support import file, loaded, messages, schemas, written
from understudy.openapi.contract import Contract
from understudy.openapi.document import follow, resolve
from understudy.openapi.loading.loader import LoadedDocument, load

NODE = "type: object\nproperties: {name: {type: string}, next: {$ref: FILE}}\n"


def schema_of(document: LoadedDocument, path: str = "/a") -> object:
    """Return the schema of the response to GET, with its reference followed."""
    response = document.document["paths"][path]["get"]["responses"]["200"]
    content = resolve(document.document, response)["content"]["application/json"]
    return resolve(document.document, content["schema"])


def get(schema: str) -> str:
    """Return the paths of a document whose GET /a has this schema."""
    response = f"{{description: ok, content: {{application/json: {{schema: {schema}}}}}}}"
    return f'paths: {{/a: {{get: {{responses: {{"200": {response}}}}}}}}}\n'


@pytest.mark.parametrize("version", ["3.0.3", "3.1.1", "3.2.0"])
@pytest.mark.parametrize(
    "files",
    [
        {"node.yaml": NODE.replace("FILE", "node.yaml")},
        {"node.yaml": NODE.replace("FILE", '"#"')},
        {"node.yaml": NODE.replace("FILE", "b/c.yaml"), "b/c.yaml": '{$ref: "../node.yaml"}'},
        {"node.yaml": NODE.replace("FILE", "api.yaml#/components/schemas/Local")},
        {"node.yaml": NODE.replace("FILE", "b.json"), "b.json": '{"items": {"$ref": "./b.json"}}'},
    ],
)
def test_recursion_over_files_stays_references(
    tmp_path: Path, files: dict[str, str], version: str
) -> None:
    """A file that refers to itself, to the document, or to a file that refers back."""
    for name, text in files.items():
        file(tmp_path, name, text)
    body = get("{$ref: node.yaml}") + "components: {schemas: {Local: {$ref: node.yaml}}}\n"
    document = loaded(tmp_path, body, version)
    assert messages(document) == []
    schema = schema_of(document)
    for _ in range(5):
        assert isinstance(schema, dict)
        inner = schema.get("items") or schema["properties"]["next"]
        schema = resolve(document.document, inner)


def test_references_of_a_file_are_relative_to_it(tmp_path: Path) -> None:
    """Parameters, responses, examples and schemas in folders; path items, and back to the root."""
    file(
        tmp_path,
        "paths/one.yaml",
        "get: {parameters: [{$ref: ../parts.yaml#/Limit}], "
        'responses: {"200": {$ref: "../parts.yaml#/Found"}}}',
    )
    file(
        tmp_path,
        "parts.yaml",
        "Limit: {name: limit, in: query, schema: {type: integer}}\n"
        "Found: {description: ok, content: {application/json: {schema: {$ref: models/u.yaml}, "
        "examples: {two: {$ref: '#/two'}}}}}\ntwo: {value: {name: ann}}\n",
    )
    file(tmp_path, "models/u.yaml", "properties: {at: {$ref: ../api.yaml#/components/schemas/At}}")
    document = loaded(
        tmp_path,
        "paths: {/a: {$ref: paths/one.yaml, summary: beside}}\n"
        "components: {schemas: {At: {type: integer}}}\n",
    )
    assert messages(document) == []
    assert schema_of(document) == {"properties": {"at": {"$ref": "#/components/schemas/At"}}}
    operation = Contract("t", document.document).operations[0]
    assert [parameter.name for parameter in operation.parameters] == ["limit"]
    assert document.document["paths"]["/a"]["summary"] == "beside"
    assert document.document["components"]["examples"] == {"two": {"value": {"name": "ann"}}}


def test_moved_parts_do_not_collide(tmp_path: Path) -> None:
    """Files of one name in two folders, and a component of that name."""
    file(tmp_path, "a/pet.yaml", "title: a")
    file(tmp_path, "b/pet.yaml", "title: b")
    body = get(
        "{oneOf: [{$ref: a/pet.yaml}, {$ref: b/pet.yaml}, {$ref: '#/components/schemas/pet'}]}"
    )
    document = loaded(tmp_path, body + "components: {schemas: {pet: {title: c}}}\n")
    schema = schema_of(document)
    assert isinstance(schema, dict)
    titles = [resolve(document.document, part)["title"] for part in schema["oneOf"]]
    assert titles == ["a", "b", "c"]


NAMES = """\
paths:
  /a: {get: {responses: {"200": {$ref: "#/components/responses/R"}}}}
components:
  responses: {R: {description: ok, content: {application/json: {schema: {$ref: REF}}}}}
  schemas:
    Pet:
      $id: https://example.com/schemas/pet
      type: object
      properties: {name: {$ref: "#/$defs/Name"}}
      $defs: {Name: {$anchor: name, type: string}}
    Cat: {$anchor: cat, type: integer, properties: {"A b{": {type: boolean}}}
x-shared: {schema: {type: array, items: {$ref: "#/components/schemas/Cat"}}}
"""


@pytest.mark.parametrize(
    ("ref", "kind"),
    [
        ("https://example.com/schemas/pet", "object"),
        ("https://example.com/schemas/pet#name", "string"),
        ("https://example.com/schemas/pet#/$defs/Name", "string"),
        ('"#cat"', "integer"),
        ('"#/components/schemas/Cat/properties/A%20b%7B"', "boolean"),
        ('"#/x-shared/schema"', "array"),
        ("api.yaml#/components/schemas/Cat", "integer"),
    ],
)
def test_names_and_escapes_become_pointers(tmp_path: Path, ref: str, kind: str) -> None:
    """By `$id`, by anchor, percent-escaped, into an extension, or by the file's own name."""
    document = loaded(tmp_path, NAMES.replace("REF", ref), "3.1.0")
    assert messages(document) == []
    schema = schema_of(document)
    assert isinstance(schema, dict)
    assert schema["type"] == kind
    assert "$id" not in json.dumps(document.document)


def test_file_that_names_itself_is_found_where_it_is(tmp_path: Path) -> None:
    """By `$self` and `$id`: what is not there is looked for beside the file."""
    file(tmp_path, "m/user.yaml", "$id: https://example.com/user\nproperties: {a: {$ref: a.yaml}}")
    file(tmp_path, "m/a.yaml", "type: integer")
    body = "$self: https://example.com/openapi\n" + get("{$ref: m/user.yaml}")
    document = loaded(tmp_path, body, "3.2.0")
    assert messages(document) == []
    assert schemas(document)["a"] == {"type": "integer"}


def test_names_mean_nothing_in_3_0(tmp_path: Path) -> None:
    """A reference beside an `$id` is relative to the document."""
    body = get('{$ref: "#/components/schemas/A"}') + (
        "components: {schemas: {A: {$id: 'https://example.com/', allOf: "
        "[{$ref: '#/components/schemas/B'}]}, B: {type: string}}}\n"
    )
    assert schema_of(loaded(tmp_path, body)) == {"allOf": [{"$ref": "#/components/schemas/B"}]}


def test_dynamic_references_keep_their_names(tmp_path: Path) -> None:
    """`$dynamicRef` needs `$id` and anchors."""
    body = get("{$ref: list}") + (
        "components: {schemas: {L: {$id: list, items: {$dynamicRef: '#item'}, "
        "$defs: {i: {$dynamicAnchor: item, type: integer}}}}}\n"
    )
    document = loaded(tmp_path, body, "3.1.0")
    assert schemas(document)["L"]["$id"] == "list"
    assert schema_of(document) == schemas(document)["L"]


DATA = """\
components:
  schemas:
    A:
      type: object
      properties: {$ref: {type: string}, value: {enum: [{$ref: "#/no"}], const: {$ref: "#/no"}}}
      default: {$ref: "#/no"}
      example: {$ref: "https://directory.invalid/x"}
      examples: [{$ref: none.yaml}]
      x-data: {$ref: "#/no"}
  parameters: {P: {name: p, in: query, schema: {type: string}, example: {$ref: "#/no"}}}
  examples: {E: {value: {$ref: "#/no"}}}
x-data: {$ref: "#/no"}
"""


def test_references_in_data_are_data(tmp_path: Path) -> None:
    """In examples, defaults, enums, constants and extensions, and as the name of a property."""
    path = written(tmp_path, "paths: {}\n" + DATA, "3.1.0")
    document = load(path)
    assert messages(document) == []
    assert document.document["components"] == document.source["components"]


@pytest.mark.parametrize(
    ("ref", "place", "reason"),
    [
        ('"#/components/schemas/None"', "schema", "leads to #/components/schemas/None: nothing is"),
        ("none.yaml", "schema", "cannot read"),
        ("bad.yaml", "schema", "not valid YAML"),
        (
            "https://elsewhere.invalid/a.json",
            "schema",
            "`--allow-refs elsewhere.invalid` allows it",
        ),
        ("../outside.yaml", "schema", "outside the document's folder; `--allow-refs "),
        ("file:///etc/passwd", "schema", "outside the document's folder; `--allow-refs /etc`"),
        ("ftp://a/b", "schema", "is not the URI of a file"),
        ('"#"', "schema", "a document is not a schema"),
    ],
)
def test_references_that_lead_nowhere_are_left_out(
    tmp_path: Path, ref: str, place: str, reason: str
) -> None:
    """The schema then allows anything, and the rest is served."""
    file(tmp_path, "outside.yaml", "type: string")
    directory = tmp_path / "inside"
    file(directory, "bad.yaml", "a: [")
    document = loaded(directory, get(f"{{$ref: {ref}}}"))
    assert schema_of(document) == {}
    (problem,) = document.problems
    assert reason in problem.message
    assert (problem.line, problem.pointer.rpartition("/")[2]) == (3, place)


def test_references_may_lead_to_allowed_folders(tmp_path: Path) -> None:
    """`allowed_refs` names one."""
    file(tmp_path, "shared/a.yaml", "type: string")
    path = written(tmp_path / "inside", get("{$ref: ../shared/a.yaml}"))
    document = load(path, allowed_refs=[str(tmp_path / "shared")])
    assert schema_of(document) == {"type": "string"}
    assert document.problems == ()


def test_circles_and_other_kinds_are_left_out(tmp_path: Path) -> None:
    """References that lead in a circle; a parameter that is a schema; a path item in itself."""
    file(
        tmp_path,
        "item.yaml",
        'post: {responses: {"200": {description: ok}}, callbacks: {c: {/x: {$ref: item.yaml}}}}',
    )
    document = loaded(
        tmp_path,
        "paths: {/a: {get: {parameters: [{$ref: '#/components/schemas/S'}], "
        'responses: {"200": {description: ok}}}}, /b: {$ref: item.yaml}}\n'
        "components: {schemas: {A: {$ref: '#/components/schemas/B'}, "
        "B: {$ref: '#/components/schemas/A'}, S: {type: string}}}\n",
    )
    assert schemas(document)["A"] == {}
    assert document.document["paths"]["/a"]["get"]["parameters"] == []
    text = "\n".join(messages(document))
    for reason in ("leads in a circle", "has no `name` and `in`", "contains itself"):
        assert reason in text


def test_discriminators_of_other_files_map_to_moved_schemas(tmp_path: Path) -> None:
    """By a file's path; a bare name stays."""
    file(tmp_path, "cat.yaml", "type: object")
    body = get("{discriminator: {propertyName: k, mapping: {c: cat.yaml, d: Dog}}}")
    schema = schema_of(loaded(tmp_path, body))
    assert isinstance(schema, dict)
    mapping = schema["discriminator"]["mapping"]
    assert mapping == {"c": "#/components/schemas/cat", "d": "Dog"}


def test_follow_finds_what_a_pointer_means() -> None:
    """Escapes of both kinds, and the meta-schemas, which allow anything here."""
    document = {"paths": {"/a/{b}": {"x~y": 1, "p%q": 2}}}
    assert follow(document, "#/paths/~1a~1%7Bb%7D/x~0y") == 1
    assert follow(document, "#/paths/~1a~1{b}/p%q") == 2
    assert follow(document, "https://json-schema.org/draft/2020-12/schema") == {}


def test_reference_in_a_named_schema_leads_to_false(tmp_path: Path) -> None:
    """A boolean has no identity by which its place could be known."""
    body = get("{$id: https://example.com/a, $ref: '#/$defs/no', $defs: {no: false}}")
    document = loaded(tmp_path, body, "3.1.1")
    assert messages(document) == []
    (operation,) = Contract("t", document.document).operations
    validator = operation.responses["200"].preferred.validator
    assert validator is not None
    assert not validator.accepts("a")


def test_references_to_a_pipe_are_left_out(tmp_path: Path) -> None:
    """Nobody may ever write to it: the load does not wait for that."""
    os.mkfifo(tmp_path / "pipe.yaml")
    document = loaded(tmp_path, get("{$ref: pipe.yaml}"))
    assert any("pipe.yaml is not a file" in message for message in messages(document))
