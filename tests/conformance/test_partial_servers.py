"""Servers that others could have written, which have a part of an API: what they lack is said once
and judged no further, and what is wrong with the rest is found."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from werkzeug.serving import make_server

from tests.support import partial_servers
from tests.support.coverage import unmeasured
from tests.support.partial_servers.library_flask import library
from tests.support.partial_servers.zep_starlette import zep
from tests.support.server import run, serving
from understudy.conformance.arazzo.workflow import rules_of
from understudy.conformance.check import check
from understudy.conformance.options import CheckOptions
from understudy.conformance.reports.formats import as_text
from understudy.conformance.reports.report import Report
from understudy.openapi.contract import Contract
from understudy.serving.project import find_contract

DOCUMENTS = Path(partial_servers.__file__).parent
LIBRARY = DOCUMENTS / "library.yaml"
ELIZA = DOCUMENTS / "eliza_node.mjs"
#: What the library lacks.
LACKING = ["replaceBook", "addMember", "removeMember", "returnBook"]


@contextmanager
def served(app: Any) -> Iterator[str]:
    """Serve a WSGI application on a free port until the block ends; yield its origin."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def eliza(fault: str = "") -> Iterator[str]:
    """Run the partial Eliza until the block ends; yield its origin."""
    with subprocess.Popen(
        ["node", str(ELIZA), fault],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=unmeasured(),
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        yield program.stdout.readline().strip()
        program.stdin.close()


#: The servers, by the names of their APIs.
SERVERS: dict[str, Callable[[str], AbstractContextManager[str]]] = {
    "library": lambda fault: served(library(fault)),
    "zep": lambda fault: serving(zep(fault)),
    "eliza": eliza,
}


def checked(api: str, fault: str, options: CheckOptions) -> Report:
    """Check the server of an API, with a fault."""
    contract = Contract.load(LIBRARY) if api == "library" else find_contract(api)
    with SERVERS[api](fault) as url:
        rules = rules_of(contract, contract.path)
        return check(contract, url, options, rules=rules, api_key="k" if api == "zep" else None)


def test_what_a_server_lacks_is_said_once() -> None:
    """Nothing else is said of it: a rule finds another way or is not judged, and `Allow` without it
    is right."""
    report = checked("library", "", CheckOptions(max_examples=3))
    text = as_text(report)
    assert report.conforms, text
    assert report.not_implemented == LACKING
    assert report.level == "6 of 10 operations implemented; 2 of 2 rules kept that could be judged"
    assert (report.coverage.operations, len(report.coverage.tested)) == (6, 6)
    assert {rule.id: rule.reason for rule in report.rules if not rule.is_judged} == {
        "a-returned-book-is-lent-again": "needs returnBook"
    }
    assert [text.count(name) for name in LACKING] == [1, 1, 1, 1], text
    assert report.not_cleaned_up == []


@pytest.mark.parametrize(("api", "implemented", "kept"), [("zep", 11, 30), ("eliza", 6, 40)])
def test_small_part_of_a_large_api_is_judged_by_itself(
    api: str, implemented: int, kept: int
) -> None:
    """Of a server whose missing records look like missing operations; and of one that answers all
    OPTIONS itself, and whose one agent nobody creates."""
    report = checked(api, "", CheckOptions(max_examples=1))
    assert report.conforms, as_text(report)
    assert len(report.coverage.tags) == len(report.coverage.tested) == implemented
    assert sum(rule.verdict == "kept" for rule in report.rules) >= kept
    assert not report.coverage.statuses.keys() & set(report.not_implemented)


@pytest.mark.parametrize(
    ("api", "fault", "operation"),
    [
        ("library", "removed books stay", "getBook"),
        ("library", "lends twice", "lendBook"),
        ("library", "year is a text", "getBook"),
        ("zep", "a taken id is free", "addUser"),
        ("zep", "deleted users stay", "deleteUser"),
        ("zep", "reads the first messages", "getMemory"),
        ("eliza", "forgets metadata", "createSession"),
        ("eliza", "ended sessions stay", "getSession"),
        ("eliza", "shouts", "sendSessionMessage"),
    ],
)
def test_faults_of_what_is_there_are_found(api: str, fault: str, operation: str) -> None:
    """Each of them, in an operation that is there, and nothing is said of those that are not."""
    report = checked(api, fault, CheckOptions(tiers=("behaviour",)))
    found = {finding.operation for finding in report.findings}
    assert operation in found, as_text(report)
    assert not found & set(report.not_implemented)


def test_required_operations_are_findings(tmp_path: Path) -> None:
    """By a file, a tag, or `all`; a name that is unknown is refused, with its line."""
    listed = tmp_path / "required.txt"
    listed.write_text("# ours\nbooks\nDELETE   /books/{bookId}/loan # back\n")
    with served(library()) as url:
        arguments = ("check", url, "--api", str(LIBRARY), "--tier", "behaviour")
        some = run(*arguments, "--require", str(listed))
        every = run(*arguments, "--require", "all", "--format", "json")
        listed.write_text("\nbook\n")
        wrong = run(*arguments, "--require", str(listed))
    assert some.returncode == every.returncode == 1
    assert "replaceBook breaks required_operation: A required operation is not" in some.stdout
    assert "2 findings in 2 operations (" in some.stdout
    assert every.stdout.count('"rule": "required_operation"') == 4
    assert wrong.returncode == 2
    assert f"{listed}:2: library has no operation or tag named 'book'; did you mean" in wrong.stderr


def test_server_without_any_operation_cannot_be_judged() -> None:
    """Its URL is likely another one."""
    with served(library()) as url:
        completed = run("check", f"{url}/elsewhere", "--api", str(LIBRARY))
    assert (completed.returncode, completed.stdout) == (2, "")
    assert "/elsewhere/library has none of 10 operations of library: is it the URL" in (
        completed.stderr
    )
