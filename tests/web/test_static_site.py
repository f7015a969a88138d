"""The reference of any document, even a hostile one; and as files without dead links."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.coverage import unmeasured
from tests.support.server import ROOT, run
from understudy.cli import main
from understudy.openapi.contract import Contract
from understudy.serving.api import Api
from understudy.web.app import create_pages
from understudy.web.reference.api_reference import ApiReference

REFERENCE = "/_understudy/reference"
CONTRACTS = [
    Contract.load(ROOT / "specs/eliza.yaml"),
    Contract.load(ROOT / "specs/zep.yaml"),
    Contract.load(ROOT / "understudy/control/openapi.yaml", "control"),
]


MARKUP = "<img src=x onerror=alert(1)>"


def with_markup(value: Any, key: str = "") -> Any:
    """Return a document with markup in every text for readers."""
    kept = ("$ref", "in", "type", "url", "method", "openapi", "operationId", "name", "scheme")
    if isinstance(value, dict):
        return {k: with_markup(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [with_markup(v, key) for v in value]
    return f"{value} {MARKUP}" if isinstance(value, str) and key not in kept else value


def small_document() -> dict[str, Any]:
    """Return a document with every kind of element, ids that cannot be part of an address, and a
    recursive schema."""
    node: dict[str, Any] = {
        "type": "object",
        "title": "Node",
        "properties": {"next": {"$ref": "#/components/schemas/Node"}},
    }
    node["properties"] |= {f"field {MARKUP}": {"type": "string", "description": "d"}}
    body = {
        "application/json": {
            "schema": {"$ref": "#/components/schemas/Node"},
            "example": {"next": {}},
        }
    }
    responses: dict[str, Any] = {
        "200": {"description": "Done", "content": body},
        "default": {"description": "Else"},
    }
    responses["200"]["headers"] = {"X-H": {"description": "H", "schema": {"type": "string"}}}
    ids = ["../../../etc/x", "rules", MARKUP, "a b", "a-b"]
    parameter: dict[str, Any] = {
        "name": f"p{MARKUP}",
        "in": "query",
        "description": "d",
        "example": "e",
    }
    parameter["schema"] = {"type": "string", "enum": ["e", "f"], "description": "d"}
    paths: dict[str, Any] = {
        f"/{number}": {
            "post": {
                "operationId": name,
                "summary": "s",
                "description": "text\n\nDeprecated by nobody",
                "deprecated": True,
                "tags": ["t"],
                "x-sdk": {"python": "call"},
                "parameters": [parameter],
                "requestBody": {"content": body},
                "responses": responses,
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
    """Return a rule about one of its operations."""
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
    """Write that document and its rule as files."""
    path = directory / "small.yaml"
    path.write_text(yaml.safe_dump(small_document()))
    path.with_name("small.arazzo.yaml").write_text(yaml.safe_dump(small_rules()))
    return path


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A document with markup in all its texts, and such rules beside it."""
    path = tmp_path / "hostile.yaml"
    document = with_markup(small_document())
    for item in document["paths"].values():
        item["post"]["tags"] = ["t"]
    document["x-understudy-disagreements"][0]["operations"] = ["rules", MARKUP]
    path.write_text(yaml.safe_dump(document))
    rules = small_rules()
    rules["workflows"][0] |= {key: f"{key} {MARKUP}" for key in ("summary", "description")}
    path.with_name("hostile.arazzo.yaml").write_text(yaml.safe_dump(rules))
    return path


def walk(client: Any) -> Iterator[tuple[str, str]]:
    """Yield every page that can be reached from home by links."""
    left, seen = ["/"], {"/"}
    while left:
        address = left.pop()
        page = client.get(address).text
        yield address, page
        for link in re.findall(r'<a [^>]*?href="([^"#]+)', page):
            if link not in seen and not re.search("/(specs|docs|guides|console)/", link):
                seen.add(link)
                left.append(link)


def test_odd_operation_ids_have_addresses(hostile: Path, tmp_path: Path) -> None:
    """Each operation has a page, and no file is outside of the directory."""
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


def test_broken_rules_stand_on_their_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All that is wrong is there; the other pages work, and no files are written without rules."""
    path = small(tmp_path)
    path.with_name("small.arazzo.yaml").write_text("arazzo: 3.0.0\nworkflow: []\n")
    reference = ApiReference(Contract.load(path))
    client = create_pages([Api(reference.contract)]).test_client()
    page = client.get(f"{REFERENCE}/small/rules")
    assert page.status_code == 200
    assert "The rules cannot be used: 3 errors." in page.text
    wrong = "small.arazzo.yaml:1: #/arazzo: is &#34;3.0.0&#34;, and must be &#34;1.0.1&#34; or"
    assert wrong in page.text
    assert "has `workflow`, which is not in the portable subset" in page.text
    for slug in ("", *reference.slugs.values()):
        response = client.get(f"{REFERENCE}/small/{slug}")
        assert response.status_code == 200
        assert ("cannot be used" in response.text) == bool(slug)
    assert main(["docs", "build", str(tmp_path / "site"), str(path)]) == 2
    assert "small.arazzo.yaml:1: #: has no `workflows`" in capsys.readouterr().err


def test_examples_are_generated_if_a_document_has_none() -> None:
    """The request and each response have an example by their schemas; the page says so."""
    number = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    text = {"type": "string", "enum": ["late"]}
    document = small_document()
    document["paths"] = {"/x": {"post": {"operationId": "x", "responses": {}}}}
    operation = document["paths"]["/x"]["post"]
    operation["requestBody"] = {"content": {"application/json": {"schema": number}}}
    for status, schema in {"200": number, "4XX": text, "default": text}.items():
        media = {"application/json": {"schema": schema}}
        operation["responses"][status] = {"description": "d", "content": media}
    document["x-understudy-disagreements"] = []
    page = ApiReference(Contract("t", document)).operation_page("x")
    assert page is not None
    contents = [*page.contents, *(c for response in page.responses for c in response.contents)]
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
    """Documents may lack tags, ids or texts; recursive schemas of every kind are expanded once and
    linked from then on."""
    path = tmp_path / "odd.yaml"
    path.write_text(ODD)
    pages = dict(walk(create_pages([Api(Contract.load(path))]).test_client()))
    assert {f"{REFERENCE}/odd/get_a", f"{REFERENCE}/odd/post_a"} < pages.keys()
    page = pages[f"{REFERENCE}/odd/get_a"]
    for anchor, name in (("sdefault", "Tree"), ("sdefault-one", "Both")):
        assert page.count(f'id="{anchor}"') == 1
        assert page.count(f'href="#{anchor}">{name}: see above') == 1
    assert "array of array of B" in page
    assert "array of A" in pages[f"{REFERENCE}/odd/post_a"]


# ---- files


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole reference, built."""
    directory = tmp_path_factory.mktemp("docs") / "site"
    completed = run("docs", "build", str(directory), env=unmeasured())
    assert (completed.returncode, completed.stderr) == (0, "")
    assert re.search(r"\d+ pages in \d+ files", completed.stdout)
    assert completed.stdout.endswith("no dead links\n")
    return directory


@pytest.mark.parametrize("odd", [None, 7, "text", [], {}, [None], ["text"], {"a": None}])
def test_fields_of_another_form_are_left_out(odd: Any) -> None:
    """Extensions and names that no page can show keep no page from being shown."""
    document = small_document()
    operations = [item["post"] for item in document["paths"].values()]
    point = {"point": "p", "operations": odd, "sources": odd, "standIn": odd}
    document |= {
        "x-understudy-clients": [odd, {"language": odd, "code": odd}],
        "x-understudy-disagreements": [odd, {"point": odd}, point],
        "servers": [{"url": "/{v}", "variables": {"v": {"default": "1", "enum": odd}}}, odd],
    }
    scheme = {"type": "apiKey", "in": "header", "name": "X-Key", "x-understudy-form": odd}
    document["components"]["securitySchemes"] = {"key": scheme}
    for operation in operations:
        operation |= {"x-sdk": odd, "security": [{"key": []}]}
    pages = dict(walk(create_pages([Api(Contract("odd", document))]).test_client()))
    assert len(pages) == 5 + 6
    errors = ("Not found", "Internal Server Error")
    assert [a for a, page in pages.items() if any(error in page for error in errors)] == []
    documents = (document, document | {key: odd for key in document if key.startswith("x-")})
    for each in documents:
        client = create_pages([Api(Contract("odd", each))]).test_client()
        for address in ("/", "/_understudy/search?q=t", "/_understudy/disagreements/odd"):
            assert client.get(address).status_code == 200


def test_files_are_the_whole_reference(site: Path) -> None:
    """A page for each operation, the documents, and no form that would need a server."""
    for contract in CONTRACTS:
        for operation in contract.operations:
            page = (site / "reference" / contract.name / f"{operation.id}.html").read_text()
            assert 'id="try"' not in page
            assert "On a running stand-in" in page
        document = site / "specs" / f"{contract.name}.yaml"
        assert yaml.safe_load(document.read_text()) == contract.source


def test_home_has_a_curl_command_without_clients(tmp_path: Path) -> None:
    """It calls the first GET without path parameters, quoted for a shell."""
    document: dict[str, Any] = small_document() | {"x-understudy-clients": []}
    get = {"responses": {"200": {"description": "All"}}}
    document["paths"] |= {"/{id}/a": {}, "/zoo's": {"get": get}}
    path = tmp_path / "zoo.yaml"
    path.write_text(yaml.safe_dump(document))
    page = create_pages([Api(Contract.load(path))]).test_client().get("/").text
    assert """curl 'http://localhost/zoo'"'"'s'""" in unescape(page)


def test_operation_is_found_by_its_id(hostile: Path) -> None:
    """A redirect leads from the id to the address of its page."""
    client = create_pages([Api(Contract.load(hostile))]).test_client()
    for name, slug in (("rules", "rules-2"), ("../../../etc/x", "etc-x"), ("a-b", "a-b-2")):
        response = client.get(f"{REFERENCE}/hostile/", query_string={"operation": name})
        assert response.location == f"{REFERENCE}/hostile/{slug}"
    assert client.get(f"{REFERENCE}/hostile/?operation=none").status_code == 404


def test_odd_document_name_has_working_links(tmp_path: Path) -> None:
    """The search works, too, and so does `..` in the path of the directory."""
    document = small(tmp_path).rename(tmp_path / "v2 #a%2f.yaml")
    site = tmp_path / "site"
    assert main(["docs", "build", str(site), str(document)]) == 0
    assert (site / "disagreements/v2 #a%2f.html").is_file()
    assert main(["docs", "check", str(site / ".." / "site")]) == 0


def test_dead_links_are_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Links to missing files or anchors and to the host's root are reported, in the index, too."""
    site = tmp_path / "site"
    assert main(["docs", "build", str(site), str(small(tmp_path))]) == 0
    (site / "specs/small.yaml").unlink()
    rules = site / "reference/small/rules.html"
    rules.write_text(rules.read_text().replace('id="kept"', ""))
    home = site / "index.html"
    home.write_text(home.read_text().replace("</main>", '<a href="/x">x</a></main>'))
    capsys.readouterr()
    assert main(["docs", "check", str(site)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert sorted(lines) == [
        "6 dead links",
        "index.html: /x begins at the root of the host; the site may be below another path",
        "index.html: specs/small.yaml leads to no file",
        "reference/small/index.html: ../../specs/small.yaml leads to no file",
        "reference/small/rules-2.html: rules.html#kept leads to no anchor in the file",
        "reference/small/rules.html: #kept leads to no anchor in the file",
        "search-index.js: reference/small/rules.html#kept leads to no anchor in the file",
    ]


def test_build_replaces_an_earlier_build(hostile: Path, tmp_path: Path) -> None:
    """Files that are not part of the new build are removed; files of others stay."""
    site = tmp_path / "site"
    assert main(["docs", "build", str(site), str(hostile)]) == 0
    (site / "CNAME").write_text("docs.example")
    assert main(["docs", "build", str(site), str(small(tmp_path))]) == 0
    assert (site / "CNAME").read_text() == "docs.example"
    assert (site / "reference/small/rules.html").is_file()
    assert not (site / "reference/hostile/rules.html").exists()
    built = json.loads((site / ".understudy-docs.json").read_text())
    assert "CNAME" not in built


def test_build_refuses_other_directories(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A directory with other files and a file; `check` refuses a missing directory."""
    (tmp_path / "mine").write_text("precious")
    for arguments, message in [
        (["build", tmp_path], "is not empty, and `understudy docs build` did not make its files"),
        (["build", tmp_path / "mine"], "is a file; give a directory"),
        (["check", tmp_path / "nowhere"], "is not a directory"),
    ]:
        assert main(["docs", *map(str, arguments)]) == 2
        output = capsys.readouterr()
        assert output.out == ""
        assert message in output.err
        assert output.err.count("\n") == 1
    assert (tmp_path / "mine").read_text() == "precious"
