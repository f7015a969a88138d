"""The command line: what it says, and how it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.server import UNDERSTUDY, run, running
from understudy.version import VERSION

PETSTORE = """\
openapi: 3.0.3
info: {title: Pets, version: "1"}
paths:
  /pets/{petId}:
    get:
      operationId: getPet
      parameters:
        - {name: petId, in: path, required: true, schema: {type: string}}
      responses:
        "200":
          description: OK
          content: {application/json: {schema: {type: object}, example: {name: Rex}}}
"""


def project(directory: Path, handlers: str | None = None) -> Path:
    """A project of one document, with the handlers where they are given."""
    (directory / "specs").mkdir()
    (directory / "specs" / "pets.yaml").write_text(PETSTORE)
    if handlers is not None:
        (directory / "handlers").mkdir()
        (directory / "handlers" / "pets.py").write_text(handlers)
    return directory


def test_serve_says_what_is_served_where_and_ends_cleanly() -> None:
    """A few lines with an address each, a curl to paste that works, and code 0 at SIGTERM."""
    with running() as server:
        assert server.banner.splitlines() == [
            f"ElizaOS at {server.url}/api",
            f"Zep at {server.url}/api/v2",
            f"The reference at {server.url}/",
            f"Try: curl {server.url}/_understudy/health",
        ]
        answer = subprocess.run(
            ["bash", "-c", server.banner.splitlines()[-1].removeprefix("Try: ")],
            capture_output=True,
            text=True,
            check=True,
        )
        assert '"status":"ok"' in answer.stdout


def test_ctrl_c_ends_it_cleanly_even_with_a_client_connected() -> None:
    """SIGINT: code 0, nothing on the error output, an open connection notwithstanding."""
    process = subprocess.Popen(
        [*UNDERSTUDY, "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(4)]
    address = lines[2].split("//")[1].strip("/\n").split(":")
    with socket.create_connection((address[0], int(address[1]))):
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (0, "")


def test_it_ends_in_silence_with_half_a_request_open() -> None:
    """A client that never sends the rest of its body is no error of the server's."""
    with subprocess.Popen(
        [*UNDERSTUDY, "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(4)]
        host, port = lines[2].split("//")[1].strip("/\n").split(":")
        with socket.create_connection((host, int(port))) as half:
            half.sendall(
                b"POST /api/messaging/sessions HTTP/1.1\r\nHost: x\r\n"
                b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
            )
            time.sleep(0.3)
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "Traceback" not in errors


@contextmanager
def overheard() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server whose error output can be read, and the address of its pages."""
    with subprocess.Popen(
        [*UNDERSTUDY, "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield process, [process.stdout.readline() for _ in range(4)][2].split()[-1]


def test_an_answer_for_nobody_is_not_sent_on() -> None:
    """Whoever hangs up leaves nothing behind: no error, and nothing to wait for at the end."""
    slow = {"body": "x" * 1000, "drip": {"bytes": 1, "every": 0.2}}
    with overheard() as (process, url):
        for then in ({"delay": 0.2, "connection": "reset"}, {"delay": 0.2}, slow):
            httpx.post(f"{url}_understudy/faults", json={"then": then})
            with pytest.raises(httpx.ReadTimeout):
                httpx.get(f"{url}api/agents", timeout=0.1)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (0, "")


@pytest.mark.parametrize("then", [{"delay": 30}, {"drip": {"bytes": 1, "every": 1}}], ids=str)
def test_it_ends_without_a_traceback_while_an_answer_is_late(then: dict[str, Any]) -> None:
    """Its client sees the connection end, and not an answer that nobody planned."""
    with overheard() as (process, url):
        httpx.post(f"{url}_understudy/faults", json={"then": then})
        with ThreadPoolExecutor() as pool:
            late = pool.submit(httpx.get, f"{url}api/agents", timeout=20)
            while not httpx.get(f"{url}_understudy/requests/count").json()["count"]:
                pass
            process.send_signal(signal.SIGTERM)
            with pytest.raises(httpx.RemoteProtocolError):
                late.result(10)
        _, errors = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "Traceback" not in errors


def test_a_taken_port_is_told_in_one_sentence() -> None:
    """Code 2, no traceback, and what to do."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("serve", "--port", str(port))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"understudy: port {port} of 127.0.0.1 is taken; choose another with --port, "
        "or --port 0 for any that is free\n"
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot read {path}: No such file or directory; give the path of"),
        (b"\xff\xfe\x00", "cannot read {path}: it is not UTF-8 text"),
        (b"a: [", "{path} is not valid YAML or JSON: "),
        (b"just text", "{path} has no `openapi:` version; Understudy serves OpenAPI 3.0"),
        (b"openapi: 3.1.0", "{path} has openapi 3.1.0; Understudy serves OpenAPI 3.0 documents"),
        (b"openapi: 3.0.3", "{path} is not valid OpenAPI 3.0 ("),
    ],
)
def test_an_unreadable_document_is_told_in_one_sentence(
    tmp_path: Path, content: bytes | None, told: str
) -> None:
    """Whatever the file is: one line, code 2, no traceback."""
    path = tmp_path / "api.yaml"
    if content is not None:
        path.write_bytes(content)
    done = run("serve", str(path), "--port", "0")
    assert done.returncode == 2
    assert done.stderr.startswith("understudy: " + told.format(path=path))
    assert done.stderr.count("\n") == 1


def test_a_handler_without_an_operation_is_told(tmp_path: Path) -> None:
    """A stray function stops the start: its name, and what to do."""
    stray = "def get_cat(world, cat_id):\n    return {}\n"
    done = run("serve", str(project(tmp_path, stray)), "--port", "0")
    assert done.returncode == 2
    assert done.stderr == (
        "understudy: the handler pets.get_cat has no operation in the contract 'pets': give one "
        "the operationId of that name, or begin the name with an underscore\n"
    )


@pytest.mark.parametrize(
    ("handlers", "told"),
    [
        ("import nothing_like_this", "ModuleNotFoundError: No module named 'nothing_like_this'"),
        ("def (", "SyntaxError: invalid syntax"),
    ],
)
def test_handlers_that_cannot_be_imported_are_told(
    tmp_path: Path, handlers: str, told: str
) -> None:
    """A broken module is the user's to mend, so it is one sentence and no traceback."""
    done = run("routes", str(project(tmp_path, handlers)))
    assert done.returncode == 2
    assert done.stderr.startswith(f"understudy: a handler cannot be imported: {told}")
    assert "Traceback" not in done.stderr


def test_handlers_without_a_document_and_an_empty_project_are_told(tmp_path: Path) -> None:
    """Both halves of a project are missed by name."""
    (tmp_path / "empty").mkdir()
    assert "has no OpenAPI documents" in run("serve", "--port", "0", str(tmp_path / "empty")).stderr
    made = project(tmp_path, "")
    (made / "handlers" / "cats.py").write_text("")
    assert "handlers/cats has no document" in run("routes", str(made)).stderr


def test_a_project_of_ones_own_is_served(tmp_path: Path) -> None:
    """A directory with specs/ and handlers/ works like the bundled one."""
    handler = "def get_pet(world, pet_id):\n    return {'id': pet_id, 'at': world.clock.now()}\n"
    with running(str(project(tmp_path, handler))) as server:
        answer = httpx.get(f"{server.url}/pets/a%2Fb").json()
    assert answer["id"] == "a/b"
    assert answer["at"] == pytest.approx(time.time_ns() // 1000, abs=60_000_000)


def test_routes_lists_every_operation(tmp_path: Path) -> None:
    """One line an operation, with what answers it."""
    done = run("routes", str(project(tmp_path)))
    assert done.returncode == 0
    assert done.stdout.split() == ["pets", "GET", "/pets/{petId}", "getPet", "example"]


def test_lint_tells_what_is_wrong(tmp_path: Path) -> None:
    """Code 1 and a line for each fault; code 0 where there is none."""
    done = run("lint", str(project(tmp_path)))
    assert done.returncode == 1
    told = done.stdout.splitlines()
    place = "#/paths/~1pets~1{petId}/get"
    path = tmp_path / "specs" / "pets.yaml"
    assert f"{path}: {place}: has no summary" in told
    assert f"{path}: {place}/parameters/petId: has no example" in told
    assert told[-1] == f"{len(told) - 1} found"
    clean = run("lint")
    assert (clean.returncode, clean.stdout) == (0, "nothing found\n")


def test_wrong_options_are_told() -> None:
    """argparse's own way: usage, and code 2."""
    assert run().returncode == 2
    assert "is not a port" in run("serve", "--port", "70000").stderr
    assert run("--version").stdout == f"understudy {VERSION}\n"
    assert run("serve", "--host", "no.such.host.invalid").stderr.startswith("understudy: there is")


def test_check_needs_a_server_an_api_and_a_key() -> None:
    """What is missing is told in one sentence each, with code 2."""
    for arguments, told in (
        (("http://127.0.0.1:9", "--api", "eliza"), "no server answers at http://127.0.0.1:9"),
        (("http://127.0.0.1:9", "--api", "none"), "there is no API 'none': name one of eliza, zep"),
        (("http://127.0.0.1:9", "--api", "zep"), "Zep needs a key: give one with --api-key"),
        (("ftp://x", "--api", "eliza"), "'ftp://x' is not the URL of a server"),
    ):
        done = run("check", *arguments)
        assert done.returncode == 2
        assert done.stderr.startswith(f"understudy: {told}")
        assert done.stderr.count("\n") == 1


def test_the_start_is_quick() -> None:
    """From the process's start to the first answer; the bench holds it to half a second."""
    began = time.perf_counter()
    with running() as server:
        httpx.get(f"{server.url}/_understudy/health")
        took = time.perf_counter() - began
    assert took < (5 if "COVERAGE_PROCESS_CONFIG" in os.environ else 2)
