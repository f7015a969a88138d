"""The reference: it has a page for every operation and rule, and its examples are valid."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from tests.support.server import ROOT, Server, text_of
from understudy.conformance.arazzo.workflow import rules_of
from understudy.openapi.contract import Contract
from understudy.web.reference.api_reference import ApiReference

REFERENCE = "/_understudy/reference"
CONTRACTS = [
    Contract.load(ROOT / "specs/eliza.yaml"),
    Contract.load(ROOT / "specs/zep.yaml"),
    Contract.load(ROOT / "understudy/control/openapi.yaml", "control"),
]
REFERENCES = [ApiReference(contract) for contract in CONTRACTS]
each_reference = pytest.mark.parametrize(
    "reference", REFERENCES, ids=lambda reference: reference.name
)


def addresses_on(reference: ApiReference, slug: str) -> Iterator[str]:
    """Yield the addresses that the page of an operation must have."""
    page = reference.operation_page(slug)
    assert page is not None
    yield from (row.anchor for row in page.rows)
    contents = [*page.contents, *(entry for r in page.responses for entry in r.contents)]
    yield from (node.anchor for entry in contents if entry.tree for node in entry.tree.walk())
    for response in page.responses:
        yield response.anchor
        yield from (header.anchor for header in response.headers)


@each_reference
def test_operations_have_pages(server: Server, reference: ApiReference) -> None:
    """Each page has the address, summary, parameters and statuses, and an element with an address
    of its own for each parameter, field, status and header."""
    with httpx.Client(base_url=server.url) as client:
        contents = client.get(f"{REFERENCE}/{reference.name}/").text
        for operation in reference.contract.operations:
            address = f"{REFERENCE}/{reference.name}/{operation.id}"
            assert f'href="{address}"' in contents
            response = client.get(address)
            assert response.status_code == 200
            page = text_of(response.text)
            expected = [f"{operation.method} {reference.contract.base_path}{operation.path}"]
            expected += [parameter.name for parameter in operation.parameters]
            expected += [operation.definition["summary"].replace("`", ""), *operation.responses]
            expected += [method for _, method, _ in reference.sdk(operation)]
            assert [text for text in expected if text not in page] == []
            ids = re.findall(r' id="([^"]*)"', response.text)
            assert len(ids) == len(set(ids)), operation.id
            assert {*addresses_on(reference, operation.id)} <= {*ids}, operation.id
            assert {*re.findall(r' href="#([^"]+)"', response.text)} <= {*ids}, operation.id


@each_reference
def test_examples_are_valid(reference: ApiReference) -> None:
    """Every body and every parameter, also in forms, by its schema."""
    for page in reference.operation_pages():
        bodies = [*page.contents, *(c for response in page.responses for c in response.contents)]
        for content in bodies:
            assert content.examples, page.operation.id
            for example in content.examples:
                validator = content.media.validator
                assert validator is None or validator.violations(example.value) == []
        for row in page.rows:
            if row.parameter.definition.get("example") is not None:
                assert row.parameter.validator.accepts(row.parameter.definition["example"])


@each_reference
def test_rules_are_on_the_pages_of_their_subjects(server: Server, reference: ApiReference) -> None:
    """They are also on the page of rules, with their basis."""
    page = httpx.get(f"{server.url}{REFERENCE}/{reference.name}/rules").text
    text = text_of(page)
    workflows = {each.id: each for each in rules_of(reference.contract, reference.contract.path)}
    assert [rule.id for rule in reference.rules] == [*workflows]
    for rule in reference.rules:
        assert f'id="{rule.id}" data-rule="{rule.workflow.basis}"' in page
        assert " ".join(rule.workflow.summary.replace("`", "").split()) in text
        assert rule.subjects
        assert {*rule.subjects, *rule.others} == {*workflows[rule.id].operations}
    about = [rule.id for rule in reference.rules for _ in rule.subjects]
    pages = [rule.id for o in reference.contract.operations for rule in reference.rules_about(o)]
    assert sorted(about) == sorted(pages)


def test_rule_is_not_about_steps_that_many_rules_share() -> None:
    """A rule about sessions that adds a user first is not about users."""
    (zep,) = (reference for reference in REFERENCES if reference.name == "zep")
    rules = {rule.id: rule for rule in zep.rules}
    rule = rules["sessions-are-listed-newest-first"]
    assert (rule.subjects, rule.others) == (("listSessions",), ("addUser", "addSession"))
    assert rules["a-user-needs-an-id"].subjects == ("addUser",)


def test_deprecated_operation_has_a_note(http: httpx.Client) -> None:
    """It says by whom, and once."""
    page = http.get(f"{REFERENCE}/zep/endSession").text
    sentence = (
        "Deprecated by the navigation of the SDK reference and by zep-cloud 2.22.1 (Python SDK)."
    )
    assert re.search(rf'<div class="note care"><p>{re.escape(sentence)}</p>', page)
    assert page.count(sentence) == 1


def test_operation_page_links_rules_and_disagreements(http: httpx.Client) -> None:
    """It also links its neighbours, all in the namespace."""
    page = http.get(f"{REFERENCE}/eliza/endSession").text
    root = http.base_url.path.rstrip("/")
    links = re.findall(r'href="([^"#]*)(#[^"]*)?"', page)
    assert (f"{root}/_understudy/disagreements/eliza", "#point-1") in links
    rules = [anchor for address, anchor in links if address.endswith("/eliza/rules")]
    assert len(list(filter(None, rules))) > 5
    assert len(re.findall(r' rel="(?:prev|next)" ', page)) == 2
    assert all(address.startswith((root, "data:")) for address, _ in links if address)


IMPORTED = """
import sys
from understudy.app import Understudy
from understudy.serving.project import load
Understudy(load())
print(*{"flask_swagger_ui", "markdown_it", "understudy.web.app"} & {*sys.modules})
"""


def test_pages_are_imported_with_the_first_one() -> None:
    """They are not imported before a page is opened; `scripts/bench --only pages` measures what
    they cost."""
    completed = subprocess.run(
        [sys.executable, "-c", IMPORTED], capture_output=True, text=True, check=True
    )
    assert completed.stdout == "\n"
