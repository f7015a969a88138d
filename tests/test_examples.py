"""The examples are programs that run: each one against the server, as a newcomer would."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.support.server import ROOT

EXAMPLES = ROOT / "examples"


def run_example(name: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """An example, run to its end."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("ZEP_")}
    return subprocess.run(
        [sys.executable, EXAMPLES / name],
        env={**known, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_chat_with_memory(origin: str) -> None:
    """What was told on Monday is known on Tuesday, and the transcript can be read."""
    done = run_example("chat_with_memory.py", ZEP_API_URL=origin)
    assert (done.returncode, done.stderr) == (0, "")
    parts = re.split(r"^(?=\S)", done.stdout, flags=re.MULTILINE)
    told = {title: lines for title, _, lines in (part.partition("\n") for part in parts)}
    assert [title for title in told if title.strip()] == [
        "Monday",
        "What was said",
        "What is known of Ann",
        "The end of Monday",
        "Tuesday",
        "Searching all of Ann's sessions for 'knee pain'",
    ]
    assert "  Ann: My knee hurts since the last trip to Geilo.\n" in told["What was said"]
    assert "I live in Bergen and I love skiing." in told["What is known of Ann"]
    assert "it was about knee." in told["The end of Monday"]
    assert "409 session ended: session has ended" in told["The end of Monday"]
    assert "I remember" in told["Tuesday"]
    best, *_ = told["Searching all of Ann's sessions for 'knee pain'"].splitlines()
    assert re.fullmatch(r"  [01]\.\d\d  .*knee.*", best)


def test_an_example_without_a_server_says_what_to_do() -> None:
    """Without ZEP_API_URL the client would speak to Zep itself; the example does not."""
    done = run_example("chat_with_memory.py")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Set ZEP_API_URL" in done.stderr


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "two workers"])
@pytest.mark.parametrize("inside", ["true", "false"])
def test_an_agent_and_its_tests(inside: str, workers: tuple[str, ...]) -> None:
    """The plugin's example passes with and without a server, alone and in parallel."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *workers]
    done = subprocess.run(
        [*command, "-o", f"understudy_in_process={inside}"],
        env={**known, "ZEP_API_URL": "http://127.0.0.1:9"},
        cwd=EXAMPLES / "agent",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"^=+ 17 passed in [\d.]+s =+$", done.stdout, re.MULTILINE)
