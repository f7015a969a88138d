"""What lint finds, and how it is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.openapi.loading.support import file, written
from understudy.openapi.document import follow
from understudy.openapi.lint.lint import lint
from understudy.openapi.loading.loader import load

OK = 'responses: {"200": {description: OK}}'
QUERY = "{name: q, in: query, schema: {type: string}}"


def findings(path: Path, severity: str) -> list[str]:
    """Return the problems of a severity, each as its pointer and message."""
    return [f"{p.pointer}: {p.message}" for p in lint(path) if p.severity == severity]


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
@pytest.mark.parametrize(
    ("body", "error"),
    [
        (
            "paths: {'/a/{id}': {get: {" + OK + "}}}",
            "#/paths/~1a~1{id}/get: the path parameter 'id' is not declared; add it to "
            "`parameters`",
        ),
        (
            "paths: {/a: {get: {parameters: [{name: id, in: path, required: true, schema: {}}], "
            + OK
            + "}}}",
            "#/paths/~1a/get/parameters/0: the path has no {id}; remove this parameter, or add it "
            "to the path",
        ),
        (
            "paths: {/a: {parameters: [" + QUERY + ", " + QUERY + "], get: {" + OK + "}}}",
            "#/paths/~1a/parameters/1: there is a parameter 'q' in the query before; remove one of "
            "them",
        ),
        (
            "paths: {/a: {get: {security: [{k: []}], " + OK + "}}}",
            "#/paths/~1a/get/security/0: there is no security scheme 'k' in "
            "#/components/securitySchemes; it is left out",
        ),
        (
            "paths: {}\nservers: [{url: 'https://{h}'}]",
            "#/servers/0: the variable 'h' of the URL is not declared in `variables`",
        ),
        (
            "paths: {}\nservers: [{url: 'https://{h}', variables: {h: {default: a, enum: [b]}}}]",
            "#/servers/0/variables/h: the default of the variable 'h' is not in its `enum`",
        ),
        (
            "paths: {/a: {get: {parameters: [{name: q, in: query, schema: {type: boolean, "
            "default: 'false'}}], " + OK + "}}}",
            '#/paths/~1a/get/parameters/0/schema/default: "false" does not fit its schema: "false" '
            'is not of type "boolean"',
        ),
        (
            "paths: {/a: {get: {parameters: [{name: q, in: query}], " + OK + "}}}",
            "#/paths/~1a/get/parameters/0: has no `schema` or `content`; add one of them",
        ),
        (
            "paths: {/a: {get: {parameters: [{name: q, in: nowhere, schema: {}}, {name: 'p', in: "
            "path, schema: {}, required: true}], " + OK + "}}}",
            "#/paths/~1a/get/parameters/1: the path has no {p}; remove this parameter, or add it "
            "to the path",
        ),
        (
            "paths: {}\ncomponents: {schemas: {S: {type: strin}}}",
            '#/components/schemas/S/type: is "strin", and must be ',
        ),
        (
            "paths: {}\ncomponents: {schemas: {S: {xml: 1}}}",
            "#/components/schemas/S/xml: is 1, and",
        ),
        (
            "paths: {}\ncomponents: {schemas: {S: {discriminator: {mapping: {}}}}}",
            "#/components/schemas/S/discriminator: is not an object with a `propertyName` and",
        ),
        (
            "paths: {}\ncomponents: {securitySchemes: {k: {type: apikey, name: x, in: header}}}",
            '#/components/securitySchemes/k/type: is "apikey", and must be "apiKey", "http", ',
        ),
        (
            "paths: {}\ncomponents: {headers: {H: {schema: {}, example: 1, examples: {}}}}",
            "#/components/headers/H: has `example` and `examples`, which exclude each other; keep ",
        ),
        (
            "paths: {/a: {get: {requestBody: {}, " + OK + "}}}",
            "#/paths/~1a/get/requestBody: has no `content`, which is required; add it",
        ),
        ("paths: {}\npath: {}", "#: has the unknown field `path`; did you mean `paths`?"),
    ],
)
def test_error_is_told_in_words(tmp_path: Path, body: str, error: str, version: str) -> None:
    """With a pointer that resolves, a line, and a remedy."""
    path = written(tmp_path, body, version)
    errors = findings(path, "error")
    assert any(line.startswith(error) for line in errors), errors
    assert not any("Unset" in line or "is_type" in line for line in errors)
    source = load(path).source
    for problem in lint(path):
        follow(source, problem.pointer)
        assert problem.line is not None


@pytest.mark.parametrize(
    ("version", "body", "warning"),
    [
        (
            "3.0.3",
            "components: {schemas: {S: {type: string, enum: [SE, NO]}}}",
            "#/components/schemas/S/enum/1: `NO` is a text here, and other YAML readers read it",
        ),
        (
            "3.0.3",
            "components: {schemas: {S: {type: string, enum: [SE, false]}}}",
            "#/components/schemas/S/enum/1: false is not of the type of its schema",
        ),
        (
            "3.0.3",
            "components: {schemas: {S: {type: string}, S: {type: string}}}",
            "#/components/schemas/S: the key 'S' is there twice, and the last one counts",
        ),
        (
            "3.0.3",
            "components: {schemas: {S: {$ref: '#/components/schemas/T', description: D}, T: {}}}",
            "#/components/schemas/S: `description` beside `$ref` is ignored in 3.0",
        ),
        (
            "3.1.0",
            "components: {schemas: {S: {type: string, nullable: true}}}",
            "#/components/schemas/S/nullable: is a word of OpenAPI 3.0, and is understood; write",
        ),
        (
            "3.1.0",
            "components: {schemas: {S: {type: string, examples: [1]}}}",
            "#/components/schemas/S/examples/0: 1 does not fit its schema: ",
        ),
        (
            "3.1.0",
            "components: {links: {L: {operationId: none}}}",
            "#/components/links/L: there is no operation 'none'",
        ),
    ],
)
def test_what_is_odd_is_a_warning(tmp_path: Path, version: str, body: str, warning: str) -> None:
    """It is no error."""
    path = written(tmp_path, f"paths: {{}}\n{body}\n", version)
    assert findings(path, "error") == []
    assert any(line.startswith(warning) for line in findings(path, "warning"))


def test_words_of_3_1_in_3_0_are_errors(tmp_path: Path) -> None:
    """They are understood, and still not allowed."""
    body = "paths: {}\ncomponents: {schemas: {S: {type: [string, 'null']}, T: {const: 1}}}\n"
    errors = findings(written(tmp_path, body), "error")
    assert len(errors) == 2
    assert errors[0].startswith("#/components/schemas/S/type: is a list, and must be a text")
    assert "unknown field `const`" in errors[1]


def test_document_of_2_0_is_linted_in_its_own_words(tmp_path: Path) -> None:
    """By the schema of 2.0, with pointers into it."""
    path = file(
        tmp_path,
        "api.yaml",
        'swagger: "2.0"\ninfo: {title: T, version: "1"}\n'
        "paths: {/a: {get: {responses: {200: {}}}}}\n"
        "definitions: {D: {type: object, properties: {a: {type: integer, default: x}}}}\n",
    )
    assert findings(path, "error") == [
        "#/paths/~1a/get/responses/200: has no `description`, which is required; add it",
        '#/definitions/D/properties/a/default: "x" does not fit its schema: "x" is not of type '
        '"integer"',
    ]


def test_schemas_that_are_true_or_false_are_linted(tmp_path: Path) -> None:
    """As components and as properties."""
    schemas = "{S: true, T: false, U: {properties: {a: true, b: false}}}"
    path = written(tmp_path, f"paths: {{}}\ncomponents: {{schemas: {schemas}}}\n", "3.1.0")
    assert lint(path) == []


@pytest.mark.parametrize(
    ("types", "message"),
    [
        ("[]", "is an empty list, and must name a type; leave `type` out if any is allowed"),
        ("[string, string]", "has a type twice; remove one of them"),
        ("[string, nil, 3]", 'has "nil" or 3 in its list, and a type must be "array"'),
        ("int", 'is "int", and must be "array"'),
    ],
)
def test_wrong_type_of_a_schema_is_told_in_words(tmp_path: Path, types: str, message: str) -> None:
    """With what is wrong in a list of types."""
    body = f"paths: {{}}\ncomponents: {{schemas: {{S: {{type: {types}}}}}}}"
    (error,) = findings(written(tmp_path, body, "3.1.0"), "error")
    assert error.startswith(f"#/components/schemas/S/type: {message}")


def test_pattern_that_every_browser_reads_is_no_error(tmp_path: Path) -> None:
    """ECMA-262 allows `[\\w-.]`, but for its flag `u`."""
    body = "paths: {}\ncomponents: {schemas: {A: {pattern: '^[\\w-.]+$'}, B: {pattern: '('}}}"
    (error,) = findings(written(tmp_path, body, "3.1.0"), "error")
    assert error.startswith("#/components/schemas/B/pattern")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "paths: {}\nsecurity: [{k: []}]",
            [
                "#/security/0: there is no security scheme 'k' in #/components/securitySchemes; "
                "it is left out"
            ],
        ),
        (
            "paths: {/a: {PUT: {" + OK + "}}}",
            ["#/paths/~1a: has the unknown field `PUT`; did you mean `put`?"],
        ),
        (
            "paths: {}\ncomponents: {securitySchemes: {s: {type: http}}}",
            ["#/components/securitySchemes/s: has no `scheme`, which is required; add it"],
        ),
    ],
)
def test_error_is_told_once_in_words(tmp_path: Path, body: str, expected: list[str]) -> None:
    """Without others that follow from it."""
    assert findings(written(tmp_path, body), "error") == expected
