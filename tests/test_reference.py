"""The reference: it has a page for everything, all that it shows is true, and its links land."""

from __future__ import annotations

import asyncio
import html
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from support import ROOT, Server, run

from understudy.app import Understudy
from understudy.cli import main
from understudy.console.book import Book
from understudy.console.pages import create_pages
from understudy.console.search import best, entries
from understudy.contract import Contract
from understudy.guard import Guard
from understudy.project import Api

REFERENCE = "/_understudy/reference"
DOCUMENTS = [ROOT / "specs/eliza.yaml", ROOT / "specs/zep.yaml", ROOT / "understudy/control.yaml"]
BOOKS = [Book(Contract.load(path)) for path in DOCUMENTS]
each = pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.name)

CLIENTS = ROOT / "tests/clients"
_READY = shutil.which("node") is not None and (CLIENTS / "node_modules").is_dir()


def text_of(page: str) -> str:
    """A page as a reader sees it, with one blank between words."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", page)).split())


@each
def test_every_operation_has_a_page(server: Server, book: Book) -> None:
    """It says what is asked and answered: address, summary, parameters and statuses."""
    with httpx.Client(base_url=server.url) as client:
        contents = client.get(f"{REFERENCE}/{book.name}/").text
        for operation in book.contract.operations:
            address = f"{REFERENCE}/{book.name}/{operation.id}"
            assert f'href="{address}"' in contents
            answer = client.get(address)
            assert answer.status_code == 200
            page = text_of(answer.text)
            wanted = [f"{operation.method} {book.contract.base_path}{operation.path}"]
            wanted += [parameter.name for parameter in operation.parameters]
            wanted += [operation.definition["summary"].replace("`", ""), *operation.answers]
            wanted += operation.definition.get("x-sdk", {}).values()
            assert [text for text in wanted if text not in page] == []


@each
def test_every_example_is_valid(book: Book) -> None:
    """Every body and every parameter that a page shows, its form included, fits its schema."""
    for chapter in book.chapters():
        bodies = [*chapter.contents, *(c for answer in chapter.answers for c in answer.contents)]
        for content in bodies:
            assert content.examples, chapter.operation.id
            for example in content.examples:
                validator = content.media.validator
                assert validator is None or validator.violations(example.value) == []
        for row in chapter.rows:
            if row.parameter.definition.get("example") is not None:
                assert row.parameter.validator.accepts(row.parameter.definition["example"])


@each
def test_every_rule_is_told_where_it_belongs(server: Server, book: Book) -> None:
    """On the page of rules, with its basis, and on those of the operations that it is about."""
    page = httpx.get(f"{server.url}{REFERENCE}/{book.name}/rules").text
    shown = text_of(page)
    for rule in book.rules:
        assert f'id="{rule.id}" data-rule="{rule.workflow.basis}"' in page
        assert " ".join(rule.workflow.summary.replace("`", "").split()) in shown
        assert rule.subjects
        assert {*rule.subjects, *rule.others} == {*rule.workflow.operations}
    about = [rule.id for rule in book.rules for _ in rule.subjects]
    pages = [rule.id for o in book.contract.operations for rule in book.rules_about(o)]
    assert sorted(about) == sorted(pages)


def test_a_rule_is_about_what_it_does_not_share_with_many() -> None:
    """To add a user first is not what a rule about sessions is about."""
    (book,) = (book for book in BOOKS if book.name == "zep")
    rules = {rule.id: rule for rule in book.rules}
    rule = rules["sessions-are-listed-newest-first"]
    assert (rule.subjects, rule.others) == (("listSessions",), ("addUser", "addSession"))
    assert rules["a-user-needs-an-id"].subjects == ("addUser",)


def test_a_deprecated_operation_says_so_and_who_says_it(http: httpx.Client) -> None:
    """In a note, and once."""
    page = http.get(f"{REFERENCE}/zep/endSession").text
    told = "Deprecated by the navigation of the SDK reference and by zep-cloud 2.22.1 (Python SDK)."
    assert re.search(rf'<div class="note care"><p>{re.escape(told)}</p>', page)
    assert page.count(told) == 1


def test_a_page_links_what_is_known_of_its_operation(http: httpx.Client) -> None:
    """Disagreements, rules, neighbours, all within the namespace."""
    page = http.get(f"{REFERENCE}/eliza/endSession").text
    root = http.base_url.path.rstrip("/")
    links = re.findall(r'href="([^"#]*)(#[^"]*)?"', page)
    assert (f"{root}/_understudy/disagreements/eliza", "#point-1") in links
    rules = [anchor for address, anchor in links if address.endswith("/eliza/rules")]
    assert len(list(filter(None, rules))) > 5
    assert len(re.findall(r' rel="(?:prev|next)" ', page)) == 2
    assert all(address.startswith((root, "data:")) for address, _ in links if address)


@pytest.mark.parametrize(
    ("query", "kind", "title"),
    [
        ("endSessions", "operation", "endSessions"),
        ("end sess", "operation", "endSession"),
        ("/api/v2/graph/search", "operation", "searchGraph"),
        ("memory.end_session", "SDK method", "memory.end_session"),
        ("getSession before", "parameter", "before"),
        ("ended_at", "field", "ended_at"),
        ("never added 404", "rule", "To read a user that was never added is 404, with a message."),
        ("pages of sessions asked", "disagreement", "How the pages of sessions are asked for"),
    ],
)
def test_search_finds(query: str, kind: str, title: str) -> None:
    """Operations, paths, methods of SDKs, parameters, fields, rules and disagreements."""
    found = best(entries(BOOKS), query)
    assert (kind, title) in [(entry.kind, entry.title) for entry in found[:3]]


def test_search_without_scripts(http: httpx.Client) -> None:
    """The form answers by itself; a search that finds nothing says so, and shows what it was."""
    page = http.get(f"{REFERENCE}/", params={"q": "end session"}).text
    assert '<li><a href="zep/endSession">endSession</a>' in page
    page = http.get(f"{REFERENCE}/", params={"q": "<b>nothing"}).text
    assert "Nothing found for <q>&lt;b&gt;nothing</q>" in page


def test_what_search_finds_is_there(http: httpx.Client) -> None:
    """The index of the server leads to pages of the server, within the namespace."""
    index = http.get(f"{REFERENCE}/search.json").json()["entries"]
    pages = {link.partition("#")[0] for *_, link in index}
    assert len(pages) > len(BOOKS) * 3
    for link in ("zep/rules", "../disagreements/eliza", "control/planFault"):
        assert link in pages
        assert http.get(f"{REFERENCE}/{link}").status_code == 200


# ---- home


def lines(page: str, title: str) -> str:
    """The code of a home page under a title."""
    found = re.search(rf'aria-label="{re.escape(title)}"><code>(.*?)</code>', page, re.DOTALL)
    assert found, title
    return html.unescape(found[1])


def shell(code: str) -> list[str]:
    """What runs a command line."""
    return ["bash", "-c", code]


def python(code: str) -> list[str]:
    """What runs Python."""
    return [sys.executable, "-c", code]


def node(code: str) -> list[str]:
    """What runs TypeScript that is JavaScript, too."""
    if not _READY:
        pytest.skip("no node, or no node_modules in tests/clients: run scripts/clients")
    return ["node", "--input-type=module", "--eval", code]


@pytest.mark.parametrize(
    ("title", "runner", "said", "operation"),
    [
        ("Zep in curl", shell, '"user_id":"ada"', "addUser"),
        ("Zep in Python", python, "grace", "addUser"),
        ("Zep in TypeScript", node, "linus", "addUser"),
        ("ElizaOS in curl", shell, '"name":"Eliza"', "listAgents"),
        ("ElizaOS in Python", python, "Eliza", "listAgents"),
        ("ElizaOS in TypeScript", node, "Eliza", "listAgents"),
    ],
)
def test_the_lines_of_the_home_page_run(
    http: httpx.Client, title: str, runner: Callable[[str], list[str]], said: str, operation: str
) -> None:
    """As they are pasted: the client reaches the namespace of the page, and keeps the contract."""
    code = lines(http.get("/").text, title)
    done = subprocess.run(
        runner(code), capture_output=True, text=True, cwd=CLIENTS, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert said in done.stdout
    (seen,) = http.get("/_understudy/requests").json()["requests"]
    assert (seen["operation"], seen["violations"]) == (operation, [])


def test_go_is_shown_and_said_not_to_be_run(http: httpx.Client) -> None:
    """Nobody is told that lines work which nobody tried."""
    page = http.get("/").text
    assert str(http.base_url.join("api/v2")) in lines(page, "Zep in Go")
    assert page.count("these lines are not run by our tests") == page.count("<summary>Go")


def test_home_shows_namespaces_at_a_glance(http: httpx.Client) -> None:
    """Name, clock, requests, faults and records, and a link to each one's own home."""
    http.post("/api/v2/users", json={"user_id": "ann"})
    http.post("/_understudy/clock", json={"freeze": "2031-02-03T04:05:06Z"})
    http.post("/_understudy/faults", json={"then": {"status": 500}})
    root = http.base_url.path
    (row,) = re.findall(rf'<tr><th scope="row"><a href="{root}">.*?</tr>', http.get("/").text, re.S)
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
    assert [text_of(cell) for cell in cells[:3]] == ["2031-02-03 04:05:06 frozen", "1", "1"]
    assert int(cells[3]) >= 1


def ask(app: Any, path: str) -> str:
    """A page of an app in this process."""

    async def asked() -> str:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return (await client.get(path)).text

    return asyncio.run(asked())


def test_namespaces_are_told_to_those_who_may_know_them() -> None:
    """Where the side door needs a token, the home page, which has none, says nothing of them."""
    apis = [Api(Contract.load(DOCUMENTS[1]))]
    page = ask(Understudy(apis, guard=Guard("127.0.0.1", "secret")), "/_ns/hidden/")
    assert "Not told here: the side door needs the token" in page
    assert 'href="/_ns/hidden/">hidden' not in page


# ---- any document


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
    assert len(pages) == 5 + 5
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


# ---- files


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole reference, built."""
    directory = tmp_path_factory.mktemp("docs") / "site"
    done = run("docs", "build", str(directory))
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"\d+ pages in \d+ files", done.stdout)
    assert done.stdout.endswith("no dead link\n")
    return directory


def test_the_files_are_the_whole_reference(site: Path) -> None:
    """A page for each operation, the documents, and no form that would need a server."""
    for book in BOOKS:
        for operation in book.contract.operations:
            page = (site / "reference" / book.name / f"{operation.id}.html").read_text()
            assert 'id="try"' not in page
            assert "With a stand-in" in page
        document = site / "specs" / f"{book.name}.yaml"
        assert document.read_text() == book.contract.text


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


# ---- cost

MEASURED = """
import sys, time
from understudy.app import Understudy
from understudy.project import load
apis = load()
Understudy(apis)
print(*{"flask_swagger_ui", "markdown_it", "understudy.console.pages"} & {*sys.modules})
import flask, flask_swagger_ui, markdown_it
from understudy.console.pages import create_pages
def cost(address):
    began = time.process_time()
    assert client.get(address).status_code == 200
    return time.process_time() - began
began = time.process_time()
client = create_pages(apis).test_client()
client.get("/")
print(time.process_time() - began)
operations = [(api.name, operation) for api in apis for operation in api.contract.operations]
operations.sort(key=lambda each: -len(str(each[1].definition)))
pages = [f"{name}/{operation.id}" for name, operation in operations[:20]]
pages += [f"{api.name}/{page}" for api in apis for page in ("", "rules")]
print(max(cost(f"/_understudy/reference/{page}") for page in pages))
"""


def test_pages_are_cheap() -> None:
    """Where nobody looks they are not even imported. The first page costs less than 100 ms of CPU,
    once Flask is there; the dearest less than 300."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED], capture_output=True, text=True, check=True
    )
    imported, first, dearest = done.stdout.split("\n")[:3]
    assert imported == ""
    assert float(first) < 0.1
    assert float(dearest) < 0.3
