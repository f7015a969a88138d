"""What commands print and write, where it cannot be printed or written."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest

from tests.support.coverage import unmeasured
from tests.support.server import UNDERSTUDY, lasting_port
from tests.support.timeouts import PROGRAM_TIMEOUT, TIMEOUT, wait_until

DOCUMENT = """\
openapi: 3.0.3
info: {title: Größe, version: "1"}
paths:
  /größe:
    get:
      operationId: größe
      responses: {"200": {description: größe}}
"""

#: An exchange that breaks the contract: a finding, whose text has the path.
RECORDING = {
    "log": {
        "version": "1.2",
        "entries": [
            {
                "startedDateTime": "2026-01-01T00:00:00Z",
                "request": {"method": "GET", "url": "http://x/gr%C3%B6%C3%9Fe", "headers": []},
                "response": {"status": 500, "headers": [], "content": {"text": "größe"}},
            }
        ],
    }
}

COMMANDS = (
    "--help",
    "routes api.yaml",
    "lint --severity hint api.yaml",
    "diff api.yaml changed.yaml",
    "docs build site api.yaml",
    "check --traffic traffic.har --api api.yaml",
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the documents and the recording that the commands read."""
    directory = tmp_path_factory.mktemp("project")
    (directory / "api.yaml").write_text(DOCUMENT, encoding="utf-8")
    changed = DOCUMENT.replace("operationId: größe", "operationId: größer")
    (directory / "changed.yaml").write_text(changed, encoding="utf-8")
    (directory / "traffic.har").write_text(json.dumps(RECORDING))
    return directory


def run(
    project: Path, command: str, redirection: str = "", **variables: str
) -> subprocess.CompletedProcess[bytes]:
    """Run `understudy` in the project as a shell does, with this redirection of its output."""
    return subprocess.run(
        ["bash", "-c", f'"$@" {redirection}', "bash", *UNDERSTUDY, *command.split()],
        cwd=project,
        env={**os.environ, **variables},
        capture_output=True,
        timeout=PROGRAM_TIMEOUT,
        check=False,
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_output_to_a_full_device_is_one_sentence(project: Path, command: str) -> None:
    """The result is lost, so the exit code is 2; nobody sees a traceback."""
    process = run(project, command, ">/dev/full")
    assert process.returncode == 2
    assert process.stderr == b"understudy: the output cannot be written: No space left on device\n"


@pytest.mark.parametrize("redirection", [">&-", "2>&-", "2>/dev/full", "| true", "<&- >&- 2>&-"])
def test_command_runs_without_a_reader(project: Path, redirection: str) -> None:
    """A closed stream, or a reader that has gone, changes nothing of the exit code."""
    process = run(project, COMMANDS[-1], f"{redirection}; exit ${{PIPESTATUS[0]}}")
    assert (process.returncode, process.stderr) == (1, b"")


#: The variables of a terminal that shows only ASCII, set in two ways.
ASCII = {"PYTHONIOENCODING": "ascii"}
LOCALE_C = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize(
    ("command", "variables"),
    [(COMMANDS[1], ASCII), (COMMANDS[1], LOCALE_C), (COMMANDS[2], ASCII), (COMMANDS[3], ASCII)],
)
def test_output_of_few_characters_shows_the_others_escaped(
    project: Path, command: str, variables: dict[str, str]
) -> None:
    """The exit code is the usual one, and the text is ASCII."""
    process = run(project, command, **variables)
    assert (process.returncode, process.stderr) == (0, b"")
    assert rb"gr\xf6\xdfe" in process.stdout
    assert process.stdout.isascii()


#: How programs read a report: each returns its text.
READERS: dict[str, Callable[[bytes], str]] = {
    "json": lambda report: str(json.loads(report)),
    "sarif": lambda report: str(json.loads(report)),
    "junit": lambda report: ElementTree.tostring(ElementTree.fromstring(report), "unicode"),  # noqa: S314 - it is ours
    "html": bytes.decode,
}


@pytest.mark.parametrize("kind", READERS)
def test_reports_for_programs_are_utf_8(project: Path, kind: str) -> None:
    """Also in a terminal that shows only ASCII."""
    process = run(project, f"{COMMANDS[-1]} --format {kind}", **LOCALE_C)
    assert process.returncode == 1, process.stderr
    assert "größe" in READERS[kind](process.stdout)


@pytest.mark.parametrize("redirection", [">/dev/full", ">&-", "<&- >&- 2>&-", "> >(true)"])
def test_server_runs_without_its_banner(project: Path, redirection: str) -> None:
    """It says so where it can, serves, and ends with 0."""
    port = lasting_port()
    command = [*UNDERSTUDY, "serve", "--port", str(port), "api.yaml"]
    with subprocess.Popen(
        ["bash", "-c", f'exec "$@" {redirection}', "bash", *command],
        cwd=project,
        stderr=subprocess.PIPE,
    ) as process:
        wait_until(lambda: process.poll() is not None or is_open(port))
        for path in ("/", "/gr%C3%B6%C3%9Fe"):
            assert httpx.get(f"http://127.0.0.1:{port}{path}", timeout=TIMEOUT).status_code == 200
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 0
    sentence = b"understudy: the output cannot be written: No space left on device\n"
    assert errors == (sentence if redirection == ">/dev/full" else b"")


def is_open(port: int) -> bool:
    """Return whether a server listens on a port."""
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


#: The bytes of the largest file on a disk that is nearly full.
ROOM = 1_000


def fill_disk() -> None:
    """Let this process write no larger files."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM))


@pytest.mark.parametrize(
    "command",
    ["docs build full-site api.yaml", f"{COMMANDS[-1]} --format html --output report.html"],
)
def test_full_disk_leaves_no_half_a_file(project: Path, command: str) -> None:
    """One sentence, exit code 2, and what was there before is as it was."""
    (project / "report.html").write_text("an older report")
    before = {path for path in project.rglob("*") if path.is_file()}
    process = subprocess.run(
        [*UNDERSTUDY, *command.split()],
        cwd=project,
        preexec_fn=fill_disk,
        env=unmeasured(),  # coverage would write its data, too
        capture_output=True,
        text=True,
        timeout=PROGRAM_TIMEOUT,
        check=False,
    )
    assert process.returncode == 2
    assert re.fullmatch(r"understudy: .*: File too large\n", process.stderr)
    assert (project / "report.html").read_text() == "an older report"
    left = {path for path in project.rglob("*") if path.is_file()} - before
    assert {path.name for path in left} <= {".understudy-docs.json"}
    if command.startswith("docs"):
        assert run(project, command).returncode == 0  # there is room again


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("none/report.json", "the directory none does not exist"),
        (".", "it is a directory"),
        ("/proc/report.json", "No such file or directory"),
        ("x" * 300, "File name too long"),
    ],
)
def test_report_that_cannot_be_written_is_one_sentence(
    project: Path, output: str, message: str
) -> None:
    """Exit code 2, and the reason."""
    process = run(project, f"{COMMANDS[-1]} --output {output}")
    assert process.returncode == 2
    assert process.stderr.decode().startswith(f"understudy: {output}")
    assert process.stderr.decode().endswith(f"{message}\n")
    assert process.stderr.count(b"\n") == 1
