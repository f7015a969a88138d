"""`understudy check` on a small API: rules and choices."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.support.rules_shop import DOCUMENT, FOUND, check_behaviour, step, write, write_shop
from tests.support.server import Server, run, running


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose handlers change names, with rules beside its document."""
    return write_shop(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def server(shop: Path) -> Iterator[Server]:
    """The project, served."""
    with running(str(shop)) as server:
        yield server


def test_check_reports_a_broken_rule_with_its_steps(server: Server, shop: Path) -> None:
    """Rule, step, actual value, where it is documented, and the curl commands of all steps."""
    code, output = check_behaviour(server, shop)
    assert code == 1
    assert "getPet breaks name-is-kept: It is so: name-is-kept." in output
    assert "at the step b-get: $response.body#/name == $steps.b-put.outputs.name:" in output
    assert "$response.body#/name is 'REX-" in output
    assert "The shop's own words." in output
    assert output.count("curl -X") == 2
    assert "4 rules of behaviour: 2 broken, 1 kept, 1 not judged" in output
    assert "operations  statuses  rules kept  broken  not judged  findings" in output
    (row,) = [line.split() for line in output.splitlines() if line.startswith("reading ")]
    assert row[-4:] == ["0", "2", "1", "1"]
    assert "1 rule not judged: time must pass, and there is no clock" in output
    assert "our own choice, not counted: ours-alone" in output


def test_check_advances_the_clock(server: Server, shop: Path) -> None:
    """A rule that needs time to pass is checked if --clock is given."""
    clock = f"{server.url}/_understudy/clock"
    code, output = check_behaviour(server, shop, "--only", "pets-grow-old", "--clock", clock)
    assert (code, "1 kept" in output) == (0, True), output
    wrong = f"{server.url}/nowhere?ms={{ms}}"
    code, output = check_behaviour(server, shop, "--clock", wrong)
    assert output == f"understudy: the clock at {wrong} cannot be moved: it answered 404\n"
    assert code == 2


def test_clock_that_breaks_is_an_error(server: Server, shop: Path) -> None:
    """The rules that needed it are not judged, and the exit code is not 0."""

    class Clock(BaseHTTPRequestHandler):
        """Can be moved once."""

        statuses = iter([200])

        def do_POST(self) -> None:
            self.send_response(next(self.statuses, 503))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Clock) as clock:
        Thread(target=clock.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{clock.server_port}/clock"
        code, output = check_behaviour(server, shop, "--only", "pets-grow-old", "--clock", url)
        clock.shutdown()
    assert code == 2
    assert f"could not be judged: the clock at {url} cannot be moved: it answered 503" in output
    assert "1 rule not judged: the clock" in output


def test_run_that_is_cut_short_says_so(server: Server, shop: Path) -> None:
    """The exit code is 2, unless that is allowed."""
    chosen = ("--only", "found-again", "--only", "getPet", "--skip", "name-is-kept")
    options = (*chosen, "--max-requests", "1")
    code, output = check_behaviour(server, shop, *options)
    assert (code, "the run was cut short)" in output.splitlines()[-1]) == (2, True), output
    assert "the requests of --max-requests were spent, and the rest was not judged" in output
    code, output = check_behaviour(server, shop, *options, "--allow-incomplete")
    assert (code, "the run was cut short)" in output.splitlines()[-1]) == (0, True), output
    assert check_behaviour(server, shop, *chosen, "--max-requests", "9")[0] == 0


def test_check_selects_by_rule_tag_operation_and_basis(server: Server, shop: Path) -> None:
    """An unknown name is rejected by a sentence."""
    assert check_behaviour(server, shop, "--skip", "name-is-kept")[0] == 0
    output = check_behaviour(server, shop, "--only", "writing")[1]
    assert "1 rule of behaviour: 1 kept" in output  # others only prepare by what it calls
    assert "(1 of 1 operation, 1 of 1 documented status, 1 request)" in output.splitlines()[-1]
    assert check_behaviour(server, shop, "--only", "decided", "--include-decided")[0] == 1
    code, output = check_behaviour(server, shop, "--only", "nothing")
    assert (code, "no operation, tag or rule named 'nothing'" in output) == (2, True)


def test_only_judges_nothing_else(server: Server, shop: Path) -> None:
    """What prepares is not judged in shape; a rule alone needs no shape."""
    document = str(shop / "specs" / "shop.yaml")
    alone = ("--only", "name-is-kept")
    for options, operations in ((alone, {"getPet"}), (("--only", "reading"), {"getPet"})):
        process = run(
            *("check", server.url, "--api", document, "--max-examples", "1"),
            *("--format", "json", *options),
        )
        report = json.loads(process.stdout)
        assert report["operations"] == len(operations)
        rules = {rule["id"] for rule in report["rules"]}
        assert rules == {"name-is-kept"} if options is alone else {"found-again"} & rules == set()
        assert {finding["operation"] for finding in report["findings"]} <= operations
        assert (report["requests"] == 2) is (options is alone)


def test_url_with_an_invalid_port_is_rejected(shop: Path) -> None:
    """The error is one sentence, as for any other wrong URL."""
    document = str(shop / "specs" / "shop.yaml")
    for port in ("99999", "x"):
        process = run("check", f"http://127.0.0.1:{port}", "--api", document)
        assert process.returncode == 2
        assert f"understudy: 'http://127.0.0.1:{port}' is not the URL of a server" in process.stderr


def test_check_without_requests_exits_with_2(server: Server, shop: Path) -> None:
    """The only rule needs time to pass, and there is no clock."""
    code, output = check_behaviour(server, shop, "--only", "pets-grow-old")
    assert (code, "nothing was judged: no request was made" in output) == (2, True), output


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"dependsOn": ["x"]},
            "has `dependsOn`, which is not in the portable subset of Arazzo; remove it",
        ),
        (
            {"x-understudy-basis": "guessed"},
            'is "guessed", and must be "documented", "observed" or "decided"',
        ),
        ({"inputs": {}}, "has no input `run`, a text that no other run has"),
        ({"steps": [step("a", "getZoo")]}, "calls getZoo, which the API does not define"),
        ({"steps": [step("a", "getPte")]}, "did you mean 'getPet'? There "),
        (
            {
                "steps": [
                    step("a", "putPet", requestBody={"payload": {"n": "{$steps.b.outputs.x}"}})
                ]
            },
            "/steps/0/requestBody/payload: uses $steps.b.outputs.x, which has no value here; there "
            "is $inputs.run",
        ),
        ({"steps": [step("a", "getPet"), step("a", "getPet")]}, "the id a is used twice"),
        ({"steps": [step("a", "getPet", "$statusCode = 200")]}, "cannot be read"),
        ({"steps": [step("a", "getPet", "$statusCode ==")]}, "lacks a value"),
        ({"steps": [step("a", "getPet", "__import__('os')")]}, "cannot be read"),
        ({"steps": [step("a", "getPet", "(1 == 1")]}, "lacks a parenthesis"),
        ({"steps": [step("a", "getPet", onFailure=[])]}, "has `onFailure`"),
        ({"steps": [step("a", "getPet", "$request.url == 1")]}, "is not a supported expression"),
        ({"steps": [step("a", "getPet", outputs={"x": "$self"})]}, "is not a supported expression"),
        ({"steps": [step("a", "getPet", "(" * 5000)]}, "nested too deeply"),
        ({"steps": [step("a", "getPet", **{"x-understudy-advance": "soon"})]}, "is no duration"),
        ({"steps": [step("a", "getPet", description=["x"])]}, "is a list, and must be a text"),
        ({"steps": []}, "/steps: is empty"),
        ({"workflowId": ["x"]}, "workflowId: is a list, and must be a text"),
    ],
)
def test_rules_that_are_not_portable_are_rejected(
    server: Server, tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    """The error says where and what, before the first request."""
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "shop.yaml").write_text(DOCUMENT)
    write(tmp_path, {**FOUND, **change})
    code, output = check_behaviour(server, tmp_path)
    assert code == 2
    assert message in output


def test_check_survives_broken_connections_and_bodies(server: Server, shop: Path) -> None:
    """The exit code is 1 or 2, and there is no traceback."""
    import httpx

    for action in ({"connection": "reset"}, {"corrupt": "garble"}, {"corrupt": "truncate"}):
        fault = {"then": action, "times": None}
        httpx.post(f"{server.url}/_understudy/faults", json=fault).raise_for_status()
        code, output = check_behaviour(server, shop, "--only", "name-is-kept")
        httpx.delete(f"{server.url}/_understudy/faults").raise_for_status()
        assert code in (1, 2), output
        assert "Traceback" not in output
