"""Servers that others could have written, which have a part of an API: what they lack is said once
and judged no further, and what is wrong with the rest is found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from werkzeug.serving import make_server

from tests.support import partial_servers
from tests.support.partial_servers.library_flask import FAULTS, library
from tests.support.server import run
from understudy.conformance.arazzo.workflow import rules_of
from understudy.conformance.check import check
from understudy.conformance.options import CheckOptions
from understudy.conformance.reports.formats import as_text
from understudy.conformance.reports.report import Report
from understudy.openapi.contract import Contract

DOCUMENTS = Path(partial_servers.__file__).parent
LIBRARY = DOCUMENTS / "library.yaml"
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


def checked_library(fault: str, options: CheckOptions) -> Report:
    """Check the library with a fault."""
    contract = Contract.load(LIBRARY)
    with served(library(fault)) as url:
        return check(contract, url, options, rules=rules_of(contract, LIBRARY))


def test_what_a_server_lacks_is_said_once() -> None:
    """Nothing else is said of it: a rule finds another way or is not judged, and `Allow` without it
    is right."""
    report = checked_library("", CheckOptions(max_examples=3))
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


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_of_what_is_there_are_found(fault: str) -> None:
    """Each of them, in an operation that is there."""
    report = checked_library(fault, CheckOptions(tiers=("behaviour", "shape"), max_examples=1))
    assert not report.conforms
    assert report.not_implemented == LACKING
    assert not {finding.operation for finding in report.findings} & set(LACKING)


def test_required_operations_are_findings(tmp_path: Path) -> None:
    """By a file, a tag, or `all`; a name that is unknown is refused, with its line."""
    listed = tmp_path / "required.txt"
    listed.write_text("# ours\nbooks\nDELETE   /books/{bookId}/loan # back\n")
    with served(library()) as url:
        arguments = ("check", url, "--api", str(LIBRARY), "--tier", "behaviour")
        some = run(*arguments, "--require", str(listed))
        every = run(*arguments, "--require", "all", "--format", "github")
        listed.write_text("\nbook\n")
        wrong = run(*arguments, "--require", str(listed))
    assert some.returncode == every.returncode == 1
    assert "replaceBook breaks required_operation: A required operation is not" in some.stdout
    assert "2 findings in 2 operations (" in some.stdout
    assert every.stdout.count(" breaks required_operation") == 4
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
