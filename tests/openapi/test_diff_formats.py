"""The formats of `understudy diff`: each has the changes, their levels, and their places."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from understudy.cli import main

PET = """\
type: object
required: [id]
properties:
  id: {type: integer}
  kind:
    type: string
    enum: [a, b]
"""
DOCUMENT = """\
swagger: '2.0'
info: {title: Pets, version: '1'}
basePath: /v1
consumes: [application/json]
produces: [application/json]
securityDefinitions:
  k: {type: apiKey, in: header, name: X-Key}
security: [{k: []}]
paths:
  /pets:
    post:
      operationId: add
      parameters:
      - {name: body, in: body, schema: {$ref: '#/definitions/Pet'}}
      - {name: tags, in: query, type: array, items: {type: string}}
      - name: n
        in: query
        type: integer
        maximum: 9
      responses:
        200: {description: ok, schema: {$ref: 'pet.yaml'}}
    get:
      operationId: list
      responses: {200: {description: ok}}
definitions:
  Pet:
    type: object
    properties:
      name: {type: string, maxLength: 9}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two versions of a document in two files, in the current directory."""
    edited = DOCUMENT.replace("maximum: 9", "maximum: 5").replace("maxLength: 9", "maxLength: 5")
    edited = edited.replace("}}\ndefinitions", "}, 409: {description: no}}\ndefinitions")
    edited = edited.replace("in: header", "in: query").replace("/v1\n", "/v1\nhost: a.example\n")
    for name, document, pet in (
        ("old", DOCUMENT, PET),
        ("new", edited, PET.replace("[a, b]", "[a, b, c<i>]")),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pets.yaml").write_text(document)
        (tmp_path / name / "pet.yaml").write_text(pet)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _written(*options: str) -> str:
    """Return the report that the command writes to a file."""
    assert main(["diff", "old/pets.yaml", "new/pets.yaml", "--output", "report", *options]) in (
        0,
        1,
    )
    return Path("report").read_text()


POST = "#/paths/~1pets/post"
NEW = "new/pets.yaml"
PLACES = [
    ("security-scheme-changed", "#/securityDefinitions/k", NEW, 8),
    ("response-non-success-status-added", "#/paths/~1pets/get/responses/409", NEW, 25),
    ("request-parameter-max-decreased", f"{POST}/parameters/2/maximum", NEW, 20),
    (
        "request-property-max-length-decreased",
        "#/definitions/Pet/properties/name/maxLength",
        NEW,
        30,
    ),
    ("response-property-enum-value-added", "#/properties/kind/enum", "new/pet.yaml", 7),
    ("server-added", "#", NEW, 1),
]


def _xml(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)  # noqa: S314 - our own


def test_json_has_the_places_of_changes_in_their_authors_words(folder: Path) -> None:
    """Also in another file, and in the words of Swagger 2.0."""
    report = json.loads(_written("--format", "json"))
    places = [(c["rule"], c["pointer"], c["file"], c["line"]) for c in report["changes"]]
    assert places == PLACES
    assert report["counts"] == {"breaking": 3, "risky": 2, "harmless": 1}


def test_sarif_has_results_of_all_levels_at_their_lines(folder: Path) -> None:
    """Each of a rule with help."""
    [run] = json.loads(_written("--format", "sarif"))["runs"]
    results = [(r["ruleId"], r["level"], *_place(r)) for r in run["results"]]
    levels = ["error", "warning", "error", "error", "warning", "note"]
    expected = [(p[0], level, *p[2:]) for p, level in zip(PLACES, levels, strict=True)]
    assert results == expected
    rules = run["tool"]["driver"]["rules"]
    assert {rule["id"] for rule in rules} == {place[0] for place in PLACES}
    assert all(rule["help"]["text"] and rule["shortDescription"]["text"] for rule in rules)


def _place(result: Any) -> tuple[str, int]:
    place = result["locations"][0]["physicalLocation"]
    return place["artifactLocation"]["uri"], place["region"]["startLine"]


@pytest.mark.parametrize(
    ("fail_on", "outcomes"),
    [
        ("breaking", ["failure", "skipped", "failure"]),
        ("risky", ["failure", "failure", "failure"]),
        ("never", ["skipped", "skipped", "skipped"]),
    ],
)
def test_junit_has_a_case_for_each_operation(
    folder: Path, fail_on: str, outcomes: list[str]
) -> None:
    """It fails by what `--fail-on` names, and is skipped for other changes that matter."""
    suite = _xml(_written("--format", "junit", "--fail-on", fail_on))
    cases = {case.get("name"): [result.tag for result in case] for case in suite.iter("testcase")}
    assert cases == {
        "GET /v1/pets, POST /v1/pets": outcomes[:1],
        "GET /v1/pets": outcomes[1:2],
        "POST /v1/pets": outcomes[2:],
        "servers": [],
    }
    assert suite.get("failures") == str(outcomes.count("failure"))


def test_github_has_annotations_and_a_summary(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Errors first; names of documents stay text in the summary."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "summary"))
    lines = _written("--format", "github").splitlines()
    levels = ["error", "error", "error", "warning", "warning", "notice"]
    assert [line.split()[0].removeprefix("::") for line in lines] == levels
    title = "breaking change of POST /v1/pets"
    assert lines[1].startswith(f"::error title={title},file=new/pets.yaml,line=20::")
    assert "may be &quot;c&lt;i&gt;&quot;" in (folder / "summary").read_text()


def test_html_has_all_changes_as_text(folder: Path) -> None:
    """What documents say is escaped; the badge counts what breaks."""
    page = _written("--format", "html")
    assert page.count("<tr data-row data-level=") == len(PLACES)
    assert "may be &#34;c&lt;i&gt;&#34;" in page
    assert "c<i>" not in page
    badge = _xml(_written("--format", "badge"))
    assert "".join(badge.itertext()).split() == [
        "breaking",
        "changes:",
        "3",
        "breaking",
        "changes",
        "3",
    ]


def test_text_shows_the_levels_that_are_wanted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All are counted; the exit code is about the level of `--fail-on`."""
    for options, code, shown in (
        ((), 1, 6),
        (("--level", "risky"), 1, 5),
        (("--level", "breaking", "--fail-on", "never"), 0, 3),
        (("--fail-on", "risky"), 1, 6),
    ):
        assert main(["diff", "old/pets.yaml", "new/pets.yaml", *options]) == code
        *lines, last = capsys.readouterr().out.splitlines()
        assert sum(line.startswith("  ") for line in lines) == shown
        assert last == "6 changes: 3 breaking, 2 risky, 1 harmless"
    assert main(["diff", "new/pet.yaml", "old/pets.yaml"]) == 2
    assert "pet.yaml has no `openapi:` version" in capsys.readouterr().err
