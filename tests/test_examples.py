"""The examples run, each against the server, as a new user would run them."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.support.plugin_project import NO_SLOW_PLUGINS
from tests.support.server import ROOT, run, running
from tests.support.timeouts import PROGRAM_TIMEOUT

EXAMPLES = ROOT / "examples"


def run_example(name: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run an example to its end."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("ZEP_")}
    return subprocess.run(
        [sys.executable, EXAMPLES / name, *arguments],
        env={**known, **environment},
        capture_output=True,
        text=True,
        timeout=PROGRAM_TIMEOUT,
        check=False,
    )


def sections_of(output: str) -> dict[str, str]:
    """Return the lines below each heading."""
    parts = re.split(r"^(?=\S)", output, flags=re.MULTILINE)
    return {title: lines for title, _, lines in (part.partition("\n") for part in parts)}


def pytest_in(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the tests of an example to their end, as a new user would."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *NO_SLOW_PLUGINS]
    return subprocess.run(
        [*command, *arguments],
        env={**known, "ZEP_API_URL": "http://127.0.0.1:9"},
        cwd=EXAMPLES / name,
        capture_output=True,
        text=True,
        timeout=PROGRAM_TIMEOUT,
        check=False,
    )


def test_chat_with_memory_prints_a_transcript(origin: str) -> None:
    """Messages of Monday are remembered on Tuesday, until the user is deleted."""
    packages = ROOT / "tests/clients/python/zep-cloud-4.0.1/site-packages"
    if not packages.is_dir():
        pytest.skip("no zep-cloud 4.0.1 in tests/clients/python: run scripts/python-clients")
    completed = run_example("chat_with_memory.py", f"{origin}/api/v4", PYTHONPATH=str(packages))
    assert (completed.returncode, completed.stderr) == (0, "")
    sections = sections_of(completed.stdout)
    assert [title for title in sections if title.strip()] == [
        "Monday",
        "Messages",
        "Facts about Ann",
        "Summary of Monday",
        "Tuesday",
        "Searching all that Ann said for 'knee pain'",
        "The end",
    ]
    assert "  Ann: My knee hurts since the last trip to Geilo.\n" in sections["Messages"]
    assert "I live in Bergen and I love skiing." in sections["Facts about Ann"]
    assert 'It begins with "Hello, I am Ann."' in sections["Summary of Monday"]
    assert "I remember 3 thing(s)" in sections["Tuesday"]
    best, *_ = sections["Searching all that Ann said for 'knee pain'"].splitlines()
    assert re.fullmatch(r"  0\.\d\d  .*knee.*", best)
    assert sections["The end"] == "  Forgotten: succeeded\n  The conversation: 404 not_found\n"


def test_chat_with_memory_by_v2_prints_a_transcript(origin: str) -> None:
    """Messages of Monday are remembered on Tuesday."""
    completed = run_example("chat_with_memory_v2.py", ZEP_API_URL=origin)
    assert (completed.returncode, completed.stderr) == (0, "")
    sections = sections_of(completed.stdout)
    assert [title for title in sections if title.strip()] == [
        "Monday",
        "Messages",
        "Facts about Ann",
        "The end of Monday",
        "Tuesday",
        "Searching all of Ann's sessions for 'knee pain'",
    ]
    assert "  Ann: My knee hurts since the last trip to Geilo.\n" in sections["Messages"]
    assert "I live in Bergen and I love skiing." in sections["Facts about Ann"]
    assert "it was about knee." in sections["The end of Monday"]
    assert "409 session ended: session has ended" in sections["The end of Monday"]
    assert "I remember" in sections["Tuesday"]
    best, *_ = sections["Searching all of Ann's sessions for 'knee pain'"].splitlines()
    assert re.fullmatch(r"  [01]\.\d\d  .*knee.*", best)


def test_chat_without_a_server_is_one_sentence() -> None:
    """Without ZEP_API_URL the client would connect to Zep itself; the example does not."""
    completed = run_example("chat_with_memory_v2.py")
    assert (completed.returncode, completed.stdout) == (1, "")
    assert "Set ZEP_API_URL" in completed.stderr


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "two workers"])
@pytest.mark.parametrize("inside", ["true", "false"])
def test_agent_example_passes(inside: str, workers: tuple[str, ...]) -> None:
    """It passes with and without a server, alone and in parallel, and calls what it names."""
    options = (*workers, "-o", f"understudy_in_process={inside}", "--understudy-fail-under=100")
    completed = pytest_in("agent", *options)
    assert (completed.returncode, completed.stderr) == (0, "")
    assert "called 11 of 11 used operations: 100 %" in completed.stdout
    assert re.search(r"^=+ 20 passed in [\d.]+s( \([\d:]+\))? =+$", completed.stdout, re.MULTILINE)


def test_zep_server_example_passes() -> None:
    """A server that implements a part of Zep keeps that part, and its planted fault is found."""
    completed = pytest_in("zep_server")
    assert (completed.returncode, completed.stderr) == (0, "")
    assert not (EXAMPLES / "zep_server" / ".hypothesis").exists()
    assert re.search(r"^=+ 2 passed in [\d.]+s( \([\d:]+\))? =+$", completed.stdout, re.MULTILINE)


def test_orders_example_passes() -> None:
    """The project's own tests pass."""
    completed = pytest_in("orders")
    assert (completed.returncode, completed.stderr) == (0, "")
    assert re.search(r"^=+ 10 passed in [\d.]+s( \([\d:]+\))? =+$", completed.stdout, re.MULTILINE)


def test_orders_example_keeps_its_rules() -> None:
    """`check` with the project's directory finds nothing, and `lint` not even a hint."""
    project = EXAMPLES / "orders"
    linted = run("lint", ".", "--severity", "hint", cwd=project)
    assert linted.stdout == "no errors, no warnings, no hints\n"
    with running(str(project), "--api-key", "orders=secret") as server:
        clock = f"{server.url}/_understudy/clock"
        options = ("--api-key", "secret", "--clock", clock, "--tier", "behaviour")
        checked = run("check", server.url, "--api", ".", *options, cwd=project)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "4 rules of behaviour: 4 kept" in checked.stdout
