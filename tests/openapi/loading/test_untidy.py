"""Untidy documents are served as far as they can be, and what is wrong is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.openapi.loading.support import file, loaded, messages, schemas, written
from understudy.openapi.contract import Contract
from understudy.openapi.document import follow
from understudy.openapi.loading.loader import load

OK = 'responses: {"200": {description: OK}}'


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (
            "paths: {/a: {get: {parametrs: [], " + OK + "}}}",
            "#/paths/~1a/get: has the unknown field `parametrs`; did you mean `parameters`?",
        ),
        (
            "paths: {/a: {get: {responses: {'200': {}}}}}",
            "#/paths/~1a/get/responses/200: has no `description`, which is required; add it",
        ),
        (
            "paths: {/a: {get: {parameters: {}, " + OK + "}}}",
            "#/paths/~1a/get/parameters: is an object, and must be a list; it is left out",
        ),
        (
            "paths: {/a: {get: {parameters: [{in: query}], " + OK + "}}}",
            "#/paths/~1a/get/parameters/0: has no `name`; it is left out",
        ),
        (
            "paths: {/a: {get: {parameters: [{name: b, in: body}], " + OK + "}}}",
            "#/paths/~1a/get/parameters/0: is in 'body', and a parameter is in path, query, "
            "header, cookie, querystring; it is left out",
        ),
        (
            "paths: {/a: {get: {parameters: [{name: b, in: query, required: 'true', "
            "schema: {}}], " + OK + "}}}",
            "#/paths/~1a/get/parameters/0/required: is a text, and must be true or false; "
            "remove the quotes",
        ),
        (
            "paths: {/a: {get: {operationId: 7, " + OK + "}}}",
            "#/paths/~1a/get/operationId: is a number, and must be a text; put quotes around it",
        ),
        (
            "paths: {a: {get: {" + OK + "}}}",
            "#/paths/a: a path begins with a slash; one is put before it",
        ),
        (
            "paths: {'/{a}': {get: {" + OK + "}}, '/{b}': {get: {" + OK + "}}}",
            "#/paths/~1{b}/get: has the path of an earlier operation; it is left out",
        ),
        (
            "paths: {/a: {get: {operationId: x, " + OK + "}, post: {operationId: x, " + OK + "}}}",
            "#/paths/~1a/post: the operationId x is that of an earlier operation; give each its "
            "own",
        ),
        (
            "paths: {/a: {get: {responses: {2xx: {description: OK}}}}}",
            "#/paths/~1a/get/responses/2xx: must be written 2XX",
        ),
        (
            "paths: {/a: {get: {responses: {fine: {description: OK}}}}}",
            "#/paths/~1a/get/responses/fine: 'fine' is no status, such as 200, 2XX or default; "
            "it is left out",
        ),
        (
            "paths: {/a: {get: {responses: {'200': OK}}}}",
            "#/paths/~1a/get/responses/200: is a text, and must be an object; it is left out",
        ),
        ("paths: []", "#/paths: is a list, and must be an object; it is left out"),
        ("paths: {}\nservers: [{}]", "#/servers/0: has no `url`; it is left out"),
        ("paths: {}\ntags: [a]", "#/tags/0: is a text, and must be an object; it is left out"),
        (
            "paths: {}\ncomponents: {securitySchemes: {k: key}}",
            "#/components/securitySchemes/k: is a text, and must be an object; it is left out",
        ),
        (
            "paths: {}\npaths: {}",
            "#/paths: the key 'paths' is there twice, and the last one counts",
        ),
    ],
)
def test_fault_of_a_part_is_told_with_what_is_done(tmp_path: Path, body: str, problem: str) -> None:
    """The rest becomes a contract, and the pointer leads to a part of the document."""
    document = loaded(tmp_path, body)
    assert problem in messages(document)
    Contract("t", document.document)
    for each in document.problems:
        follow(document.source, each.pointer)
        assert each.line is not None
        assert each.line >= 3


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
@pytest.mark.parametrize(
    ("schema", "rest"),
    [
        ("{type: int}", {}),
        ("{type: string, required: true}", {"type": "string"}),
        ("{type: object, required: [a, a]}", {"type": "object", "required": ["a"]}),
        ("{type: string, minLength: long}", {"type": "string"}),
        ("{type: string, pattern: '['}", {"type": "string"}),
        ("{properties: []}", {}),
        ("{allOf: []}", {}),
        ("{discriminator: kind}", {}),
        ("{oneOf: [{type: wrong}, {type: string}]}", {"oneOf": [{}, {"type": "string"}]}),
        ("{items: 5}", {}),
        ("[]", None),
    ],
)
def test_keyword_that_no_validator_reads_is_left_out(
    tmp_path: Path, schema: str, rest: object, version: str
) -> None:
    """With a problem; the other keywords stay."""
    document = loaded(tmp_path, f"paths: {{}}\ncomponents: {{schemas: {{S: {schema}}}}}\n", version)
    assert schemas(document).get("S") == rest
    assert document.problems


def test_dialects_are_read_as_2020_12(tmp_path: Path) -> None:
    """Known ones silently, unknown ones with a warning."""
    body = "paths: {}\ncomponents: {schemas: {S: {$schema: 'DIALECT', type: string}}}\n"
    known = body.replace("DIALECT", "http://json-schema.org/draft-07/schema#")
    assert loaded(tmp_path, known, "3.1.0").problems == ()
    (problem,) = loaded(tmp_path, body.replace("DIALECT", "https://a.com/d"), "3.1.0").problems
    assert (problem.severity, problem.pointer) == ("warning", "#/components/schemas/S/$schema")


def test_dialect_of_a_document_is_that_of_its_schemas(tmp_path: Path) -> None:
    """Older drafts have other words for tuples, dependencies, bounds, names and references."""
    body = (
        "jsonSchemaDialect: DIALECT\npaths: {}\ncomponents: {schemas: {"
        "A: {items: [{}, {type: string}], additionalItems: false, dependencies: {a: [b]}},"
        "B: {$ref: '#/components/schemas/A', minItems: 7},"
        "C: {properties: {c: {$ref: '#name'}}},"
        "D: {$id: '#name', minimum: 1, exclusiveMinimum: true}}}\n"
    )
    document = loaded(
        tmp_path, body.replace("DIALECT", "http://json-schema.org/draft-07/schema#"), "3.1.0"
    )
    assert document.problems == ()
    assert schemas(document) == {
        "A": {
            "prefixItems": [{}, {"type": "string"}],
            "items": False,
            "dependentRequired": {"a": ["b"]},
        },
        "B": {"$ref": "#/components/schemas/A"},
        "C": {"properties": {"c": {"$ref": "#/components/schemas/D"}}},
        "D": {"exclusiveMinimum": 1},
    }
    unknown = loaded(tmp_path, body.replace("DIALECT", "https://a.com/d"), "3.1.0")
    assert schemas(unknown)["B"]["minItems"] == 7
    assert messages(unknown)[0] == (
        "#/jsonSchemaDialect: the dialect https://a.com/d is not known; schemas are read as JSON "
        "Schema 2020-12"
    )


def test_schema_of_an_older_draft_ignores_what_is_beside_references_below_it(
    tmp_path: Path,
) -> None:
    """A dialect holds for the parts of a schema too; draft 4 names schemas by `id`."""
    body = (
        "paths: {}\ncomponents: {schemas: {A: {$ref: 'urn:b'}, B: {"
        "$schema: 'http://json-schema.org/draft-04/schema#', id: 'urn:b',"
        "properties: {a: {$ref: '#/definitions/c', minLength: 4}}, definitions: {c: {}}}}}\n"
    )
    document = loaded(tmp_path, body, "3.1.0")
    assert document.problems == ()
    assert schemas(document)["A"] == {"$ref": "#/components/schemas/B"}
    assert schemas(document)["B"]["properties"] == {
        "a": {"$ref": "#/components/schemas/B/definitions/c"}
    }


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/a?mode=fast", "query: declare its fields as parameters; only /a%3Fmode=fast"),
        ("/a#one", "fragment: remove it; only /a%23one"),
    ],
)
def test_path_that_no_client_reaches_is_a_warning(tmp_path: Path, path: str, part: str) -> None:
    """A path with a query or a fragment."""
    document = loaded(tmp_path, f"paths: {{'{path}': {{get: {{responses: {{}}}}}}}}")
    (problem,) = [p for p in document.problems if p.pointer.endswith(path.replace("/", "~1"))]
    assert problem.severity == "warning"
    assert problem.message == f"a path has no {part} reaches this one"


def test_additional_operations_that_no_request_has_are_left_out(tmp_path: Path) -> None:
    """The usual methods become fields of the path; other methods stay as they are."""
    body = (
        "paths: {/a: {put: {responses: {}}, additionalOperations: {'A B': {}, PUT: {}, "
        "GET: {operationId: g}, copy: {operationId: c}, COPY: {operationId: d}}}}\n"
    )
    document = loaded(tmp_path, body, "3.2.0")
    place = "#/paths/~1a/additionalOperations"
    assert {
        f"{place}/A B: 'A B' is no HTTP method; it is left out",
        f"{place}/PUT: the path has `put` before; it is left out",
        f"{place}/GET: must be the field `get` of the path",
    } <= set(messages(document))
    operations = Contract("api", document.document).operations
    assert [o.method for o in operations] == ["GET", "PUT", "copy", "COPY"]


def test_security_of_no_scheme_is_left_out(tmp_path: Path) -> None:
    """No request could meet it; the other alternatives stay."""
    body = (
        "security: [{nothing: []}, {key: []}]\ncomponents: {securitySchemes: {key: {type: apiKey, "
        "in: header, name: K}}}\npaths: {/a: {get: {security: [{gone: []}], responses: {}}}}\n"
    )
    document = loaded(tmp_path, body).document
    assert document["security"] == [{"key": []}]
    assert document["paths"]["/a"]["get"]["security"] == []


def test_problem_in_another_file_is_told_there(tmp_path: Path) -> None:
    """With its path from the folder of the document, its line, and the pointer in that file."""
    file(tmp_path, "parts/pet.yaml", "Pet:\n  type: object\n  properties:\n    a: {type: wrong}\n")
    path = written(
        tmp_path, "paths: {}\ncomponents: {schemas: {S: {$ref: 'parts/pet.yaml#/Pet'}}}\n"
    )
    (problem,) = load(path).problems
    line = problem.describe(str(path))
    assert line.startswith(
        f'{tmp_path}/parts/pet.yaml:4: error: #/Pet/properties/a/type: is "wrong"'
    )


def test_missing_information_is_told_and_served(tmp_path: Path) -> None:
    """No info, no paths: the API has its name as its title."""
    path = file(tmp_path, "api.yaml", "openapi: 3.0.3\n")
    contract = Contract.load(path)
    assert [problem.message for problem in contract.problems] == [
        "has no `info`, which is required; add it",
        "has no `paths`, which is required; add it",
    ]
    assert (contract.title, contract.operations) == ("api", ())


def test_huge_documents_have_a_bounded_number_of_problems(tmp_path: Path) -> None:
    """A thousand of one kind at most."""
    paths = "".join(f"  /p{number}: {{get: {{x: 1, {OK}}}}}\n" for number in range(3000))
    assert 500 < len(loaded(tmp_path, f"paths:\n{paths}").problems) <= 1000


def test_lost_alternative_excludes_no_other(tmp_path: Path) -> None:
    """A `oneOf` with a reference to nothing allows what its other parts allow, and more."""
    options = "[{type: string}, {$ref: '#/components/schemas/Lost'}]"
    body = f"paths: {{}}\ncomponents: {{schemas: {{A: {{oneOf: {options}}}}}}}\n"
    assert schemas(loaded(tmp_path, body)) == {"A": {"anyOf": [{"type": "string"}, {}]}}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("/^[0-9]{4}[a-z]$/i", "(?i)^[0-9]{4}[a-z]$"), ("/^a$/", "^a$"), ("/a/", "/a/")],
)
def test_pattern_of_a_program_has_no_slashes(tmp_path: Path, pattern: str, expected: str) -> None:
    """Nothing could match it as it stands; one that may match is left as it is."""
    body = f"paths: {{}}\ncomponents: {{schemas: {{A: {{pattern: '{pattern}'}}}}}}\n"
    document = loaded(tmp_path, body)
    assert schemas(document) == {"A": {"pattern": expected}}
    assert len(document.problems) == (pattern != expected)
