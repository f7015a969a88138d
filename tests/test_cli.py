"""The command line: output, errors and exit codes."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.documents import PETSTORE
from tests.support.server import UNDERSTUDY, run, running
from tests.support.timeouts import TIMEOUT, wait_until
from understudy.version import VERSION


def project(directory: Path, handlers: str | None = None) -> Path:
    """Return a project of one document, with handlers if they are given."""
    (directory / "specs").mkdir()
    (directory / "specs" / "pets.yaml").write_text(PETSTORE)
    if handlers is not None:
        (directory / "handlers").mkdir()
        (directory / "handlers" / "pets.py").write_text(handlers)
    return directory


def test_serve_prints_addresses_and_exits_with_0() -> None:
    """A line for each API, a curl command that works, and code 0 after SIGTERM."""
    with running() as server:
        assert server.banner.splitlines() == [
            f"ElizaOS at {server.url}/api",
            f"Zep at {server.url}/api/v2",
            f"Zep v4 at {server.url}/api/v4",
            f"The reference at {server.url}/",
            f"Try: curl {server.url}/_understudy/health",
        ]
        curl = subprocess.run(
            ["bash", "-c", server.banner.splitlines()[-1].removeprefix("Try: ")],
            capture_output=True,
            text=True,
            check=True,
        )
        assert '"status":"ok"' in curl.stdout


def test_serve_exits_at_ctrl_c_with_a_client_connected() -> None:
    """SIGINT: code 0, and nothing on standard error."""
    process = subprocess.Popen(
        [*UNDERSTUDY, "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(5)]
    address = lines[3].split("//")[1].strip("/\n").split(":")
    with socket.create_connection((address[0], int(address[1]))):
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, errors) == (0, "")


def test_serve_exits_silently_with_half_a_request_open() -> None:
    """A client that never sends the rest of its body is not an error of the server."""
    with subprocess.Popen(
        [*UNDERSTUDY, "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(5)]
        host, port = lines[3].split("//")[1].strip("/\n").split(":")
        with socket.create_connection((host, int(port))) as half:
            half.sendall(
                b"POST /api/messaging/sessions HTTP/1.1\r\nHost: x\r\n"
                b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
            )
            # A later request has a response: the server knows of the half one.
            httpx.get(f"http://{host}:{port}/_understudy/health")
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 0
    assert "Traceback" not in errors


@contextmanager
def serve_process() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a server with a pipe for standard error; yield it and the URL of its pages."""
    with subprocess.Popen(
        [*UNDERSTUDY, "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield process, [process.stdout.readline() for _ in range(5)][3].split()[-1]


def wait_for_requests(url: str, count: int) -> None:
    """Wait until so many requests are in the journal of a server."""
    address = f"{url}_understudy/requests/count"
    wait_until(lambda: httpx.get(address).json()["count"] >= count)


def test_serve_stops_a_response_when_its_client_disconnects() -> None:
    """There is no error, and nothing to wait for at exit."""
    drip = {"body": "x" * 1000, "drip": {"bytes": 1, "every": 0.2}}
    actions: list[dict[str, Any]] = [{"delay": 0.2, "connection": "reset"}, {"delay": 0.2}, drip]
    with serve_process() as (process, url):
        address = httpx.URL(url).host, httpx.URL(url).port or 80
        for number, then in enumerate(actions, 1):
            httpx.post(f"{url}_understudy/faults", json={"then": then})
            with socket.create_connection(address) as client:
                client.sendall(b"GET /api/agents HTTP/1.1\r\nHost: localhost\r\n\r\n")
                wait_for_requests(url, number)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, errors) == (0, "")


@pytest.mark.parametrize("then", [{"delay": 60}, {"drip": {"bytes": 1, "every": 10}}], ids=str)
def test_serve_exits_without_a_traceback_during_a_slow_response(then: dict[str, Any]) -> None:
    """The client sees a closed connection, not another response."""
    with serve_process() as (process, url):
        httpx.post(f"{url}_understudy/faults", json={"then": then})
        with ThreadPoolExecutor() as pool:
            slow = pool.submit(httpx.get, f"{url}api/agents", timeout=TIMEOUT)
            wait_for_requests(url, 1)
            process.send_signal(signal.SIGTERM)
            with pytest.raises(httpx.RemoteProtocolError):
                slow.result(TIMEOUT)
        _, errors = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 0
    assert "Traceback" not in errors


def test_serve_rejects_a_taken_port_in_one_sentence() -> None:
    """Code 2, no traceback, and a remedy."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = run("serve", "--port", str(port))
    assert (process.returncode, process.stdout) == (2, "")
    assert process.stderr == (
        f"understudy: port {port} of 127.0.0.1 is taken; choose another with --port, "
        "or --port 0 for any that is free\n"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot read {path}: No such file or directory; give the path of"),
        (b"\xff\xfe\x00", "cannot read {path}: it is not UTF-8 text"),
        (b"a: 'b", "{path} is not valid YAML or JSON: while scanning a quoted scalar at line 1, "),
        (b"just text", "{path} is not an OpenAPI document: it must be an object"),
        (b"info: {}", "{path} has no `openapi:` version; Understudy reads OpenAPI 3.0, 3.1 and"),
        (b"openapi: 4.0.0", "{path} has `openapi: 4.0.0`; Understudy reads OpenAPI 3.0, 3.1 and"),
        (b"swagger: 1.2", "{path} has `swagger: 1.2`; Understudy reads OpenAPI 3.0, 3.1 and"),
    ],
)
def test_serve_rejects_an_unreadable_document_in_one_sentence(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    """Each kind of file gives one line, code 2 and no traceback."""
    path = tmp_path / "api.yaml"
    if content is not None:
        path.write_bytes(content)
    process = run("serve", str(path), "--port", "0")
    assert process.returncode == 2
    assert process.stderr.startswith("understudy: " + message.format(path=path))
    assert process.stderr.count("\n") == 1


def test_serve_rejects_a_handler_without_an_operation(tmp_path: Path) -> None:
    """The message has the name of the function, and a remedy."""
    handlers = "def get_cat(world, cat_id):\n    return {}\n"
    process = run("serve", str(project(tmp_path, handlers)), "--port", "0")
    assert process.returncode == 2
    assert process.stderr == (
        "understudy: the handler pets.get_cat has no operation in the contract 'pets': give one "
        "the operationId of that name, or begin the name with an underscore\n"
    )


@pytest.mark.parametrize(
    ("handlers", "message"),
    [
        (
            "\nimport nothing_like_this",
            "ModuleNotFoundError: No module named 'nothing_like_this' ({path}, line 2)\n",
        ),
        ("def (", "SyntaxError: invalid syntax (pets.py, line 1)\n"),
    ],
)
def test_routes_rejects_handlers_that_cannot_be_imported(
    tmp_path: Path, handlers: str, message: str
) -> None:
    """The user has to fix a broken module, so one sentence says what is wrong and in which line."""
    directory = project(tmp_path, handlers)
    process = run("routes", str(directory))
    assert process.returncode == 2
    sentence = message.format(path=directory / "handlers" / "pets.py")
    assert process.stderr == f"understudy: a handler cannot be imported: {sentence}"


def test_incomplete_projects_are_rejected(tmp_path: Path) -> None:
    """A project without documents, and handlers without a document."""
    (tmp_path / "empty").mkdir()
    assert "has no OpenAPI documents" in run("serve", "--port", "0", str(tmp_path / "empty")).stderr
    without_document = project(tmp_path, "")
    (without_document / "handlers" / "cats.py").write_text("")
    assert "handlers/cats has no document" in run("routes", str(without_document)).stderr


def test_serve_runs_a_project_of_the_user(tmp_path: Path) -> None:
    """A directory with specs/ and handlers/ works like the bundled APIs."""
    handler = "def get_pet(world, pet_id):\n    return {'id': pet_id, 'at': world.clock.now()}\n"
    with running(str(project(tmp_path, handler))) as server:
        pet = httpx.get(f"{server.url}/pets/a%2Fb").json()
    assert pet["id"] == "a/b"
    assert pet["at"] == pytest.approx(time.time_ns() // 1000, abs=60_000_000)


def test_routes_lists_every_operation(tmp_path: Path) -> None:
    """One line for each, with its source."""
    process = run("routes", str(project(tmp_path)))
    assert process.returncode == 0
    assert process.stdout.split() == ["pets", "GET", "/pets/{petId}", "getPet", "example"]


def test_document_may_be_the_standard_input() -> None:
    """It is called stdin then."""
    command = [*UNDERSTUDY, "routes", "-"]
    process = subprocess.run(
        command, input=PETSTORE, capture_output=True, text=True, timeout=TIMEOUT, check=True
    )
    assert process.stdout.split() == ["stdin", "GET", "/pets/{petId}", "getPet", "example"]


def test_invalid_options_are_rejected() -> None:
    """The code is 2."""
    assert run().returncode == 2
    assert "is not a port" in run("serve", "--port", "70000").stderr
    assert run("--version").stdout == f"understudy {VERSION}\n"
    assert run("serve", "--host", "no.such.host.invalid").stderr.startswith("understudy: there is")


def test_check_rejects_a_missing_server_api_or_key() -> None:
    """Each error is one sentence, with code 2."""
    for arguments, message in (
        (("http://127.0.0.1:9", "--api", "eliza"), "no server answers at http://127.0.0.1:9"),
        (("http://127.0.0.1:9", "--api", "none"), "there is no API 'none'; there are eliza, zep"),
        (("http://127.0.0.1:9", "--api", "zep"), "Zep needs a key: give one with --api-key"),
        (("ftp://x", "--api", "eliza"), "'ftp://x' is not the URL of a server"),
    ):
        process = run("check", *arguments)
        assert process.returncode == 2
        assert process.stderr.startswith(f"understudy: {message}")
        assert process.stderr.count("\n") == 1


def test_serve_imports_nothing_slow_at_start() -> None:
    """The start imports no slow module; `scripts/bench --only start` measures its time."""
    slow = {"schemathesis", "socketio", "rapidfuzz", "understudy.conformance", "understudy.web.app"}
    start = "import sys; from understudy.cli import app_of; app_of([])"
    code = f"{start}; print({slow} & {{*sys.modules}})"
    process = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert process.stdout == "set()\n"


@pytest.mark.parametrize(
    ("arguments", "code", "errors"),
    [
        (("routes", "PATH"), 0, ""),
        (("docs", "build", "SITE", "PATH"), 0, ""),
        (("lint", "pets.yaml"), 2, "the current directory does not exist any more; change to"),
    ],
)
def test_commands_run_where_the_current_directory_is_gone(
    tmp_path: Path, arguments: tuple[str, ...], code: int, errors: str
) -> None:
    """With absolute paths all is as usual; others cannot be found."""
    path = project(tmp_path) / "specs" / "pets.yaml"
    (tmp_path / "gone").mkdir()
    places = {"PATH": str(path), "SITE": str(tmp_path / "site")}
    process = subprocess.run(
        ["bash", "-c", 'cd "$0" && rmdir "$0" && exec "$@"', str(tmp_path / "gone"), *UNDERSTUDY]
        + [places.get(argument, argument) for argument in arguments],
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert process.returncode == code, process.stderr
    assert process.stderr.startswith(f"understudy: {errors}" if errors else "")
    assert process.stderr.count("\n") == (1 if errors else 0)


def test_serve_needs_some_open_files(tmp_path: Path) -> None:
    """Where the event loop would abort the process, there is one sentence."""
    process = subprocess.run(
        ["bash", "-c", 'ulimit -n 12 && exec "$@"', "bash", *UNDERSTUDY, "serve", "--port", "0"],
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert process.returncode == 2
    assert re.fullmatch(r"understudy: the system allows 12 open files, .*\n", process.stderr)


@pytest.mark.parametrize(
    ("option", "name", "message"),
    [
        (
            "--state",
            "/dev/zero",
            "/dev/zero cannot be read: it is larger than 64 MiB, which is the",
        ),
        ("--state", "x" * 300, "x* cannot be read: File name too long"),
        ("--state", "a\n\x1b[31mb", r"a\\n\\x1b\[31mb cannot be read: No such file or directory"),
    ],
)
def test_serve_rejects_a_file_that_is_none_in_one_sentence(
    option: str, name: str, message: str
) -> None:
    """A file without end, a name that is too long, and one that would move a terminal's cursor."""
    process = run("serve", "--port", "0", option, name)
    assert process.returncode == 2
    assert re.match(f"understudy: {message}", process.stderr)
    assert process.stderr.count("\n") == 1


def test_module_is_the_script() -> None:
    """`python -m understudy` prints what `understudy` prints."""
    script = Path(sys.executable).with_name("understudy")
    command = [str(script), "serve", "--port", "x"]
    process = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    module = run("serve", "--port", "x")
    assert (process.returncode, process.stderr) == (module.returncode, module.stderr)
