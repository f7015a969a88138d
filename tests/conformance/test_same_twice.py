"""Checks with one seed of one server, again and again: identical reports, and nothing is left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from schemathesis.openapi.checks import (
    JsonSchemaError,
    MissingHeaders,
    UndefinedContentType,
    UndefinedStatusCode,
)

from tests.support.notebooks import DOCUMENT, notebooks_app
from tests.support.server import serving
from understudy.conformance.check import check
from understudy.conformance.options import CheckOptions
from understudy.conformance.reports.formats import FORMATS
from understudy.conformance.reports.report import Report
from understudy.conformance.run_names import RunNames
from understudy.conformance.shape.response_checks import TITLES
from understudy.conformance.target.server_values import ServerValues, numbered
from understudy.conformance.traffic.exchange_validator import (
    CONTENT_TYPE,
    HEADERS,
    SCHEMA,
    STATUS,
)
from understudy.openapi.contract import Contract

OPTIONS = CheckOptions(max_examples=1)


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    """Return the contract of the notebooks."""
    file = tmp_path_factory.mktemp("notebooks") / "notebooks.yaml"
    file.write_text(DOCUMENT)
    return Contract.load(file)


@pytest.fixture
def url() -> Iterator[str]:
    """Serve no notebooks yet."""
    with serving(notebooks_app()) as address:
        yield address


def reports_of(report: Report) -> tuple[str, ...]:
    """Return a report in two formats."""
    return FORMATS["text"](report), FORMATS["json"](report)


def test_ten_runs_with_one_seed_are_identical(contract: Contract, url: str) -> None:
    """On a server with ids by uuid4, numbers that count on and times of now, all reports are the
    same, and the server is as empty as before."""
    options = replace(OPTIONS, only=frozenset({"createNotebook", "createTag"}))
    reports = [check(contract, url, options) for _ in range(10)]
    assert len({reports_of(report) for report in reports}) == 1
    text = "".join(reports_of(reports[0]))
    assert "ID1" in text
    assert "~r000000000" in text
    assert reports[0].not_cleaned_up == reports[0].notes == []
    for path in ("notebooks", "tags"):
        assert httpx.get(f"{url}/{path}").json() == []


def test_one_fault_is_one_finding() -> None:
    """Our checks have the titles of Schemathesis's, so that what both find is reported once."""
    expected: dict[str, Any] = {
        CONTENT_TYPE: UndefinedContentType,
        HEADERS: MissingHeaders,
        SCHEMA: JsonSchemaError,
        STATUS: UndefinedStatusCode,
    }
    assert {rule: kind.kind_title for rule, kind in expected.items()} == TITLES


def test_what_cannot_be_deleted_is_said_in_short(contract: Contract) -> None:
    """A server that lacks an operation keeps things; the next check sees what was there before, and
    finds the same."""
    options = replace(OPTIONS, only=frozenset({"createTag", "listTags", "getTag"}))
    with serving(notebooks_app(deletes_tags=False)) as url:
        first, second = check(contract, url, options), check(contract, url, options)
    (line,) = first.not_cleaned_up
    assert line.endswith(" tags could not be deleted: deleteTag answered 405")
    assert (first.notes, len(second.notes)) == ([], 1)
    assert "not empty at the start (things that earlier checks made are there)" in second.notes[0]
    assert [f.key for f in first.findings] == [f.key for f in second.findings]


def test_a_server_that_is_not_empty_is_noticed(contract: Contract, url: str) -> None:
    """What lists return before the check is in a note; without cleanup, all stays there."""
    httpx.post(f"{url}/tags", json={"tag": "mine"})
    options = replace(OPTIONS, only=frozenset({"listTags", "createTag"}), cleanup=False)
    report = check(contract, url, options)
    assert len(report.notes) == 1
    assert "not empty at the start" in report.notes[0]
    tags = [tag["tag"] for tag in httpx.get(f"{url}/tags").json()]
    assert tags[0] == "mine"
    assert len(tags) > 1
    check(contract, url, replace(options, cleanup=True))
    assert len(httpx.get(f"{url}/tags").json()) == len(tags), "it deletes what it made, and no more"


@pytest.mark.parametrize("text", ["r0resource", "r3lvl0000a", "error12345", "dir3abcdefghi"])
def test_words_are_no_names_of_runs(text: str) -> None:
    """An id of a run has a time that has been, and a check digit."""
    names: Any = RunNames()
    assert not names.is_of_earlier_run(text)
    assert names.settled(text) == text
    assert names.settled(f"user{names.id}") == "userr000000000"
    assert RunNames().is_of_earlier_run(f"user-{names.id}-1") or RunNames().id == names.id


def test_a_number_is_an_id_only_where_ids_stand() -> None:
    """What a server counted on is replaced in URLs and by the names of fields, not in lists."""
    values = ServerValues(RunNames())
    values.observe("", '{"id": 2, "tag_id": 3}')
    texts = [
        "curl -d '{\"list\":[1,2,3]}' 'http://h/tags/2?ids=1,3&limit=2&tagId=2'",
        '{"id":2,"n":[1,2,3]}',
    ]
    url = "'http://h/tags/ID1?ids=1,ID2&limit=2&tagId=ID1'"
    expected = [f"curl -d '{{\"list\":[1,2,3]}}' {url}", '{"id":ID1,"n":[1,2,3]}']
    assert numbered(map(values.marked, texts)) == expected
