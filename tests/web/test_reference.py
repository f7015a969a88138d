"""The reference: it has a page for everything, all that it shows is true, and search finds it."""

from __future__ import annotations

import re
import subprocess
import sys

import httpx
import pytest

from tests.support.server import ROOT, Server, text_of
from understudy.openapi.contract import Contract
from understudy.web.reference.api_reference import ApiReference
from understudy.web.reference.search import best, entries

REFERENCE = "/_understudy/reference"
DOCUMENTS = [
    ROOT / "specs/eliza.yaml",
    ROOT / "specs/zep.yaml",
    ROOT / "understudy/control/openapi.yaml",
]
BOOKS = [ApiReference(Contract.load(path)) for path in DOCUMENTS]
each = pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.name)


@each
def test_every_operation_has_a_page(server: Server, book: ApiReference) -> None:
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
            wanted += [operation.definition["summary"].replace("`", ""), *operation.responses]
            wanted += operation.definition.get("x-sdk", {}).values()
            assert [text for text in wanted if text not in page] == []


@each
def test_every_example_is_valid(book: ApiReference) -> None:
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
def test_every_rule_is_told_where_it_belongs(server: Server, book: ApiReference) -> None:
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
    for link in ("zep/rules", "../disagreements/eliza", "control/addFault"):
        assert link in pages
        assert http.get(f"{REFERENCE}/{link}").status_code == 200


# ---- cost

MEASURED = """
import sys, time
from understudy.app import Understudy
from understudy.serving.project import load
apis = load()
Understudy(apis)
print(*{"flask_swagger_ui", "markdown_it", "understudy.web.app"} & {*sys.modules})
import flask, flask_swagger_ui, markdown_it
from understudy.web.app import create_pages
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
