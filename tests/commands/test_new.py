"""`understudy new` writes projects that work at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.support.documents import PETSTORE
from tests.support.plugin_project import NO_SLOW_PLUGINS
from tests.support.server import ROOT, serving
from tests.support.timeouts import PROGRAM_TIMEOUT
from understudy.app import Understudy
from understudy.cli import main
from understudy.client import ControlClient, ControlError, RecordChange
from understudy.serving.project import load

#: No operationIds, a tag with a slash, texts that Python has to escape, and required parts of all
#: kinds.
UNTIDY = r"""
openapi: 3.1.0
info: {title: 'Pets \ "of" {{ 7 * 7 }}', version: "1"}
security: [{key: []}]
paths:
  /pets/{petId}/toys:
    post:
      tags: ["Animals/Pets & co", other]
      parameters:
        - {name: petId, in: path, required: true, schema: {type: integer}}
        - {name: class, in: query, required: true, schema: {type: string, enum: [a, b]}}
        - {name: X-Trace, in: header, required: true, schema: {type: string, format: uuid}}
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [n, s]
              properties: {n: {type: number}, s: {const: "it's"}}
      responses:
        "201":
          description: Created.
          content:
            application/json:
              schema:
                type: object
                required: [id, said]
                properties: {id: {type: [integer, "null"]}, said: {const: '"\ said'}}
components:
  securitySchemes: {key: {type: apiKey, in: query, name: api key}}
"""

#: Its only operation cannot have a handler of its name.
UNABLE = """
swagger: "2.0"
info: {title: Files, version: "1"}
paths:
  /files:
    post:
      operationId: class
      consumes: [multipart/form-data]
      parameters: [{name: f, in: formData, type: file, required: true}]
      responses: {204: {description: Kept.}}
"""

#: A parameter whose name is a program, and a text that is not printable.
HOSTILE = """\
openapi: 3.1.0
info: {title: "'''", version: '1'}
paths:
  /a:
    get:
      operationId: getA
      parameters:
        - name: "x=getattr(__import__('os'),'mkdir')('ran'),**y"
          in: query
          schema: {type: string}
      responses: {200: {description: D., content: {application/json: {example: 1}}}}
  /b:
    get:
      operationId: getB
      parameters:
        - {name: a.b, in: query, schema: {type: string}}
        - {name: a_b, in: query, schema: {type: string}}
      responses: {200: {description: D., content: {application/json: {example: 1}}}}
  /c:
    get:
      operationId: getC
      responses:
        200:
          description: D.
          content: {application/json: {example: "\\U0001F600\\n\\u202E'\\"{{ 7*7 }}"}}
"""


def python(*arguments: str, cwd: Path) -> str:
    """Run a module of Python, and return what it prints; it must succeed."""
    completed = subprocess.run(
        [sys.executable, "-m", *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=PROGRAM_TIMEOUT,
        check=False,
    )
    assert completed.returncode == 0, completed.stdout + completed.stderr
    return completed.stdout


def handlers_of(directory: Path) -> int:
    """Return how many operations of a project have a handler."""
    (api,) = load([directory])
    return sum(api.handler(operation) is not None for operation in api.contract.operations)


def check_project(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Check that lint, ruff and the project's own test have nothing to say."""
    assert main(["lint", str(directory)]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("no errors, no warnings")
    python("ruff", "check", ".", cwd=directory)
    python("ruff", "format", "--check", ".", cwd=directory)
    tests = python("pytest", "-q", "-p", "no:cacheprovider", *NO_SLOW_PLUGINS, cwd=directory)
    assert "1 passed" in tests


def check_records(app: Understudy) -> None:
    """Check that a record must be what the project says, and that those of its handlers are."""
    with serving(app) as origin, ControlClient(origin) as control:
        record = {"id": "a", "text": "Buy tea", "done": False, "created": 0}
        new: RecordChange = {
            "api": "todo_list",
            "tenant": "",
            "collection": "items",
            "key": "a",
            "record": record,
        }
        control.state.change_records([new])
        for wrong, place in (({"done": "no"}, "done"), ({"id": "b"}, "id")):
            with pytest.raises(ControlError, match=f"/0/record/{place}: "):
                control.state.change_records([{**new, "record": {**record, **wrong}}])
        created = httpx.post(f"{control.url}/todo_list/v1/items", json={"text": "Write"})
        assert created.status_code == 201
        control.state.load(control.state.export())


def test_new_project_works_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It has a document, handlers for all its operations, and a test that passes."""
    directory = tmp_path / "todo_list"
    assert main(["new", str(directory)]) == 0
    printed = capsys.readouterr().out
    files = [path for path in directory.rglob("*") if path.is_file()]
    assert {*printed.splitlines()[:-1]} == {*map(str, files)}
    assert len(files) == 6
    check_project(directory, capsys)
    main(["lint", str(directory), "--severity", "hint"])
    assert capsys.readouterr().out == "no errors, no warnings, no hints\n"
    (api,) = load([directory])
    assert all(api.handler(operation) for operation in api.contract.operations)
    assert api.contract.title == "Todo List"
    check_records(Understudy([api]))


@pytest.mark.parametrize(("document", "handlers"), [(UNTIDY, 1), (UNABLE, 0)])
def test_new_project_from_an_untidy_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], document: str, handlers: int
) -> None:
    """The document is copied as it is, and the test passes all the same."""
    source = tmp_path / "given.yml"
    source.write_text(document)
    directory = tmp_path / "mine"
    assert main(["new", str(directory), "--from", str(source)]) == 0
    assert (directory / "specs" / "mine.yaml").read_text() == document
    capsys.readouterr()
    check_project(directory, capsys)
    assert handlers_of(directory) == handlers


def test_new_project_runs_nothing_of_a_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Names that are no names of Python have no handler; a text stays as it is."""
    monkeypatch.chdir(tmp_path)
    source = tmp_path / "given.yaml"
    source.write_text(HOSTILE)
    assert main(["new", "mine", "--from", str(source)]) == 0, capsys.readouterr().err
    (api,) = load([tmp_path / "mine"])
    handlers = {o.id: handler for o in api.contract.operations if (handler := api.handler(o))}
    assert handlers.keys() == {"getC"}
    assert handlers["getC"](None) == "\U0001f600\n\u202e'\"{{ 7*7 }}"
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("version", ["2.0", "3.0", "3.1", "3.2"])
def test_new_project_from_each_version(version: str, tmp_path: Path) -> None:
    """One operation has a handler."""
    source = ROOT / "tests" / "documents" / f"everything-{version}.yaml"
    directory = tmp_path / "library"
    assert main(["new", str(directory), "--from", str(source)]) == 0
    assert handlers_of(directory) == 1


def test_new_project_has_all_files_of_a_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a reference leads to is in the one document of the project."""
    (tmp_path / "parts.yaml").write_text("Pet: {type: object, description: A pet.}\n")
    source = tmp_path / "given.yaml"
    source.write_text(PETSTORE.replace("{type: object}", '{$ref: "parts.yaml#/Pet"}'))
    directory = tmp_path / "pets"
    assert main(["new", str(directory), "--from", str(source)]) == 0
    capsys.readouterr()
    assert "A pet." in (directory / "specs" / "pets.yaml").read_text()
    assert main(["lint", str(directory)]) == 0


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("my-shop", "'my-shop' cannot be the name of an API: it is also that of a Python package"),
        ("My Shop", "after a letter, such as my_shop"),
        ("9", "small letters, digits and _ after a letter\n"),
        ("class", "Python or pytest has it; use another, such as class_api"),
        ("request", "Python or pytest has it"),
        ("full", "full is not empty; give the name of a new directory"),
        ("file", "file is a file"),
        ("none/orders", "there is no directory none; make it first"),
    ],
)
def test_new_refuses_names_and_full_directories(
    name: str,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With one sentence, and nothing is written."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "kept").write_text("")
    (tmp_path / "file").write_text("")
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert main(["new", name]) == 2
    assert message in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("text", [None, "a: [", "title: no document"])
def test_new_from_what_is_no_document_writes_nothing(
    text: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The error is that of `serve`."""
    source = tmp_path / "given.yaml"
    if text is not None:
        source.write_text(text)
    assert main(["new", str(tmp_path / "mine"), "--from", str(source)]) == 2
    assert capsys.readouterr().err.startswith("understudy: ")
    assert not (tmp_path / "mine").exists()
