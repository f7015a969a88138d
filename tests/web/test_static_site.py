"""The reference of any document, hostile ones too; and as files, whose links land."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.server import ROOT, run
from understudy.cli import main
from understudy.openapi.contract import Contract
from understudy.serving.api import Api
from understudy.web.app import create_pages
from understudy.web.reference.api_reference import ApiReference

REFERENCE = "/_understudy/reference"
DOCUMENTS = [
    ROOT / "specs/eliza.yaml",
    ROOT / "specs/zep.yaml",
    ROOT / "understudy/control/openapi.yaml",
]


PLANTED = "<img src=x onerror=alert(1)>"


def planted(value: Any, key: str = "") -> Any:
    """A document with markup in every text that is for readers."""
    kept = ("$ref", "in", "type", "url", "method", "openapi", "operationId", "name", "scheme")
    if isinstance(value, dict):
        return {k: planted(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [planted(v, key) for v in value]
    return f"{value} {PLANTED}" if isinstance(value, str) and key not in kept else value


def small_document() -> dict[str, Any]:
    """A document with something of everything, names that no address can be, and a schema that
    holds itself."""
    node: dict[str, Any] = {
        "type": "object",
        "title": "Node",
        "properties": {"next": {"$ref": "#/components/schemas/Node"}},
    }
    node["properties"] |= {f"field {PLANTED}": {"type": "string", "description": "d"}}
    body = {
        "application/json": {
            "schema": {"$ref": "#/components/schemas/Node"},
            "example": {"next": {}},
        }
    }
    answers: dict[str, Any] = {
        "200": {"description": "Done", "content": body},
        "default": {"description": "Else"},
    }
    answers["200"]["headers"] = {"X-H": {"description": "H", "schema": {"type": "string"}}}
    ids = ["../../../etc/x", "rules", PLANTED, "a b", "a-b"]
    given: dict[str, Any] = {
        "name": f"p{PLANTED}",
        "in": "query",
        "description": "d",
        "example": "e",
    }
    given["schema"] = {"type": "string", "enum": ["e", "f"], "description": "d"}
    paths: dict[str, Any] = {
        f"/{number}": {
            "post": {
                "operationId": name,
                "summary": "s",
                "description": "text\n\nDeprecated by nobody",
                "deprecated": True,
                "tags": ["t"],
                "x-sdk": {"python": "call"},
                "parameters": [given],
                "requestBody": {"content": body},
                "responses": answers,
            }
        }
        for number, name in enumerate(ids)
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1", "description": "[x](javascript:alert(1)) `c`"},
        "tags": [{"name": "t", "description": "d"}],
        "x-understudy-clients": [{"language": "Python", "code": "c", "package": "p", "note": "n"}],
        "x-understudy-disagreements": [
            {"point": "p", "operations": ["rules"], "sources": {"s": "t"}, "standIn": {"all": "a"}}
        ],
        "paths": paths,
        "components": {"schemas": {"Node": node}},
    }


def small_rules() -> dict[str, Any]:
    """A rule about one of its operations."""
    step = {"stepId": "one", "operationId": "rules", "successCriteria": []}
    workflow = {
        "workflowId": "kept",
        "summary": "s",
        "description": "d",
        "x-understudy-basis": "decided",
        "inputs": {"type": "object", "properties": {"run": {"type": "string"}}},
        "steps": [step],
    }
    return {"arazzo": "1.0.1", "info": {"title": "R"}, "workflows": [workflow]}


def small(directory: Path) -> Path:
    """That document and its rule, as files."""
    path = directory / "small.yaml"
    path.write_text(yaml.safe_dump(small_document()))
    path.with_name("small.arazzo.yaml").write_text(yaml.safe_dump(small_rules()))
    return path


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A document with markup in all its texts, and rules of the same kind beside it."""
    path = tmp_path / "hostile.yaml"
    told = planted(small_document())
    for item in told["paths"].values():
        item["post"]["tags"] = ["t"]
    told["x-understudy-disagreements"][0]["operations"] = ["rules", PLANTED]
    path.write_text(yaml.safe_dump(told))
    rules = small_rules()
    rules["workflows"][0] |= {key: f"{key} {PLANTED}" for key in ("summary", "description")}
    path.with_name("hostile.arazzo.yaml").write_text(yaml.safe_dump(rules))
    return path


def walk(client: Any) -> Iterator[tuple[str, str]]:
    """Every page that home leads to."""
    left, seen = ["/"], {"/"}
    while left:
        address = left.pop()
        page = client.get(address).text
        yield address, page
        for link in re.findall(r'<a [^>]*?href="([^"#]+)', page):
            if link not in seen and "/specs/" not in link and "/docs/" not in link:
                seen.add(link)
                left.append(link)


def test_markup_in_a_document_is_text_on_its_pages(hostile: Path) -> None:
    """Whatever a document says, in any of its fields, no page takes it for markup."""
    pages = dict(walk(create_pages([Api(Contract.load(hostile))]).test_client()))
    assert len(pages) == 5 + 6 + 3  # the console has three
    for address, page in pages.items():
        assert "<img" not in page, address
        assert 'href="javascript' not in page
        assert "Not found" not in page, address
    whole = "".join(pages.values())
    assert whole.count("&lt;img src=x onerror=alert(1)&gt;") > 100


def test_names_that_no_address_can_be(hostile: Path, tmp_path: Path) -> None:
    """Each operation has a page, and no file lies outside of the directory."""
    site = tmp_path / "deep" / "site"
    assert main(["docs", "build", str(site), str(hostile)]) == 0
    names = sorted(path.name for path in (site / "reference/hostile").iterdir())
    assert names == [
        "a-b-2.html",
        "a-b.html",
        "changes.html",
        "etc-x.html",
        "img-src-x-onerror-alert-1.html",
        "index.html",
        "rules-2.html",
        "rules.html",
    ]
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["deep"]
    assert [path.name for path in site.parent.iterdir()] == ["site"]


def test_rules_that_cannot_be_read_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Their page says what is wrong with them; the others are there."""
    path = small(tmp_path)
    path.with_name("small.arazzo.yaml").write_text("arazzo: 3.0.0")
    client = create_pages([Api(Contract.load(path))]).test_client()
    answer = client.get(f"{REFERENCE}/small/rules")
    assert answer.status_code == 500
    assert "small.arazzo.yaml is not Arazzo 1.0" in answer.text
    assert client.get(f"{REFERENCE}/small/").status_code == 200
    assert main(["docs", "build", str(tmp_path / "site"), str(path)]) == 2
    assert capsys.readouterr().err.endswith("small.arazzo.yaml is not Arazzo 1.0\n")


def test_examples_are_made_where_a_document_has_none() -> None:
    """For the request, and for each answer by its own schema; the page says so."""
    number = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    text = {"type": "string", "enum": ["late"]}
    told = small_document()
    told["paths"] = {"/x": {"post": {"operationId": "x", "responses": {}}}}
    operation = told["paths"]["/x"]["post"]
    operation["requestBody"] = {"content": {"application/json": {"schema": number}}}
    for status, schema in {"200": number, "4XX": text, "default": text}.items():
        media = {"application/json": {"schema": schema}}
        operation["responses"][status] = {"description": "d", "content": media}
    told["x-understudy-disagreements"] = []
    chapter = ApiReference(Contract("t", told)).operation_page("x")
    assert chapter is not None
    contents = [*chapter.contents, *(c for answer in chapter.answers for c in answer.contents)]
    for content in contents:
        (example,) = content.examples
        assert content.media.validator is not None
        assert content.media.validator.accepts(example.value)
        assert example.name == "made from the schema"


ODD = """
openapi: 3.0.3
info: {title: Odd, version: "0"}
paths:
  /a:
    parameters:
      - {name: q, in: query, content: {application/json: {schema: {type: object}}}}
      - {name: d, in: query, style: deepObject, schema: {type: object, properties: {x: {}}}}
    get: {responses: {default: {$ref: '#/components/responses/R'}}}
    post:
      requestBody:
        content:
          text/plain: {schema: {type: string}}
          application/octet-stream: {}
          application/xml: {schema: {$ref: '#/components/schemas/A'}}
      responses:
        '204': {description: none}
        5XX: {description: bad, content: {application/json: {}}}
components:
  responses:
    R: {description: r, content: {application/json: {schema: {$ref: '#/components/schemas/Tree'}}}}
  schemas:
    A: {type: array, items: {$ref: '#/components/schemas/A'}}
    B: {type: array, items: {type: array, items: {$ref: '#/components/schemas/B'}}}
    Self: {allOf: [{$ref: '#/components/schemas/Self'}, {$ref: '#/components/schemas/Other'}]}
    Other: {allOf: [{$ref: '#/components/schemas/Self'}, {$ref: '#/components/schemas/Self'}]}
    Both: {oneOf: [{$ref: '#/components/schemas/Self'}, {$ref: '#/components/schemas/B'}, {}]}
    Tree:
      additionalProperties: {$ref: '#/components/schemas/Tree'}
      properties:
        free: {}
        one: {$ref: '#/components/schemas/Both'}
        two: {$ref: '#/components/schemas/Both'}
"""


def test_odd_documents_have_pages(tmp_path: Path) -> None:
    """Without tags, ids or texts; with schemas that hold themselves in every way, which are opened
    once, and linked from then on."""
    path = tmp_path / "odd.yaml"
    path.write_text(ODD)
    pages = dict(walk(create_pages([Api(Contract.load(path))]).test_client()))
    assert {f"{REFERENCE}/odd/get_a", f"{REFERENCE}/odd/post_a"} < pages.keys()
    page = pages[f"{REFERENCE}/odd/get_a"]
    for anchor, links in (("sdefault-Tree", 1), ("sdefault-Both", 1)):
        assert page.count(f'id="{anchor}"') == 1
        assert page.count(f'href="#{anchor}"') == links
    assert "array of array of B" in page
    assert "array of A" in pages[f"{REFERENCE}/odd/post_a"]


# ---- files


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole reference, built."""
    directory = tmp_path_factory.mktemp("docs") / "site"
    done = run("docs", "build", str(directory))
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"\d+ pages in \d+ files", done.stdout)
    assert done.stdout.endswith("no dead links\n")
    return directory


def test_the_files_are_the_whole_reference(site: Path) -> None:
    """A page for each operation, the documents, and no form that would need a server."""
    for contract in map(Contract.load, DOCUMENTS):
        for operation in contract.operations:
            page = (site / "reference" / contract.name / f"{operation.id}.html").read_text()
            assert 'id="try"' not in page
            assert "With a stand-in" in page
        document = site / "specs" / f"{contract.name}.yaml"
        assert document.read_text() == contract.text


def test_home_asks_for_what_is_there(tmp_path: Path) -> None:
    """Where a document names no clients: its first request that needs nothing, safe to paste."""
    document: dict[str, Any] = small_document() | {"x-understudy-clients": []}
    get = {"responses": {"200": {"description": "All"}}}
    document["paths"] |= {"/{id}/a": {}, "/zoo's": {"get": get}}
    path = tmp_path / "zoo.yaml"
    path.write_text(yaml.safe_dump(document))
    page = create_pages([Api(Contract.load(path))]).test_client().get("/").text
    assert """curl 'http://localhost/zoo'"'"'s'""" in unescape(page)


def test_an_operation_is_found_by_its_id(hostile: Path) -> None:
    """Whatever address its page has, whoever knows its id gets there."""
    client = create_pages([Api(Contract.load(hostile))]).test_client()
    for name, slug in (("rules", "rules-2"), ("../../../etc/x", "etc-x"), ("a-b", "a-b-2")):
        answer = client.get(f"{REFERENCE}/hostile/", query_string={"operation": name})
        assert answer.location == f"{REFERENCE}/hostile/{slug}"
    assert client.get(f"{REFERENCE}/hostile/?operation=none").status_code == 404


def test_files_of_a_document_with_an_odd_name(tmp_path: Path) -> None:
    """The search finds its pages; a way around to the directory is one to it."""
    document = small(tmp_path).rename(tmp_path / "v2 #a%2f.yaml")
    site = tmp_path / "site"
    assert main(["docs", "build", str(site), str(document)]) == 0
    assert (site / "disagreements/v2 #a%2f.html").is_file()
    assert main(["docs", "check", str(site / ".." / "site")]) == 0


def test_dead_links_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """To a file that is missing, to a place that is missing, to the root of the host, and those of
    the search."""
    site = tmp_path / "site"
    assert main(["docs", "build", str(site), str(small(tmp_path))]) == 0
    (site / "specs/small.yaml").unlink()
    rules = site / "reference/small/rules.html"
    rules.write_text(rules.read_text().replace('id="kept"', ""))
    home = site / "index.html"
    home.write_text(home.read_text().replace("</main>", '<a href="/x">x</a></main>'))
    capsys.readouterr()
    assert main(["docs", "check", str(site)]) == 1
    told = capsys.readouterr().out.splitlines()
    assert sorted(told) == [
        "6 dead links",
        "index.html: /x begins at the root of the host, where this may not be",
        "index.html: specs/small.yaml leads to no file",
        "reference/search.json: small/rules.html#kept leads to no place in it",
        "reference/small/index.html: ../../specs/small.yaml leads to no file",
        "reference/small/rules-2.html: rules.html#kept leads to no place in it",
        "reference/small/rules.html: #kept leads to no place in it",
    ]


def test_what_was_built_may_be_built_again(hostile: Path, tmp_path: Path) -> None:
    """What is no more wanted goes; what is not ours stays."""
    site = tmp_path / "site"
    assert main(["docs", "build", str(site), str(hostile)]) == 0
    (site / "CNAME").write_text("docs.example")
    assert main(["docs", "build", str(site), str(small(tmp_path))]) == 0
    assert (site / "CNAME").read_text() == "docs.example"
    assert (site / "reference/small/rules.html").is_file()
    assert not (site / "reference/hostile/rules.html").exists()
    marked = json.loads((site / ".understudy-docs.json").read_text())
    assert "CNAME" not in marked


def test_it_is_built_nowhere_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not over anybody's files, not in the place of one; nor is what does not exist checked."""
    (tmp_path / "mine").write_text("precious")
    for arguments, told in [
        (["build", tmp_path], "is not empty, and nothing that `understudy docs build` made"),
        (["build", tmp_path / "mine"], "is a file; give a directory"),
        (["check", tmp_path / "nowhere"], "is not a directory"),
    ]:
        assert main(["docs", *map(str, arguments)]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert told in said.err
        assert said.err.count("\n") == 1
    assert (tmp_path / "mine").read_text() == "precious"
