"""`understudy check` on a small API: rules, choices, baselines and reports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from tests.support.server import Server, run, running
from understudy.conformance.reports.coverage import Coverage
from understudy.conformance.reports.finding import Finding
from understudy.conformance.reports.formats import FORMATS, as_text
from understudy.conformance.reports.report import Report
from understudy.http.messages import Exchange, Request, Response

DOCUMENT = """
openapi: 3.0.3
info: {title: Shop, version: "1"}
paths:
  /shop/pets/{name}:
    parameters: [{name: name, in: path, required: true, schema: {type: string}}]
    put:
      operationId: putPet
      tags: [writing]
      responses: {"200": {description: kept, content: {application/json: {schema: {type: object}}}}}
    get:
      operationId: getPet
      tags: [reading]
      responses:
        "200": {description: there, content: {application/json: {schema: {type: object}}}}
        "404": {description: not there, content: {application/json: {schema: {type: object}}}}
"""

HANDLERS = """
from understudy import Collection, Problem

PETS = Collection("pets")


def put_pet(world, name):
    world.store.put(PETS, name, {"name": name, "at": world.clock.now()})
    return {"name": name}


def get_pet(world, name):
    pet = world.store.get(PETS, name)
    if pet is None:
        raise Problem(404, "none")
    return {"name": pet["name"].upper(), "old": world.clock.now() - pet["at"] > 60_000_000}
"""

RULES: dict[str, Any] = {
    "arazzo": "1.0.1",
    "info": {"title": "Rules of the shop", "version": "1"},
    "sourceDescriptions": [{"name": "shop", "url": "./shop.yaml", "type": "openapi"}],
    "workflows": [],
}


def rule(name: str, basis: str, *steps: dict[str, Any]) -> dict[str, Any]:
    """Return a workflow with these steps."""
    return {
        "workflowId": name,
        "summary": f"It is so: {name}.",
        "description": "The shop's own words.",
        "x-understudy-basis": basis,
        "inputs": {"type": "object", "properties": {"run": {"type": "string"}}},
        "steps": list(steps),
    }


def step(name: str, operation: str, *conditions: str, **more: Any) -> dict[str, Any]:
    """Return a step about the pet of this run."""
    return {
        "stepId": name,
        "operationId": operation,
        "parameters": [{"name": "name", "in": "path", "value": "rex-{$inputs.run}"}],
        "successCriteria": [{"condition": condition} for condition in conditions],
        **more,
    }


FOUND = rule("found-again", "documented", step("a-put", "putPet", "$statusCode == 200"))
CHANGED = rule(
    "name-is-kept",
    "documented",
    step("b-put", "putPet", outputs={"name": "$response.body#/name"}),
    step("b-get", "getPet", "$response.body#/name == $steps.b-put.outputs.name"),
)
OLD = rule(
    "pets-grow-old",
    "observed",
    step("c-put", "putPet"),
    step("c-get", "getPet", "$response.body#/old == true", **{"x-understudy-advance": "PT2M"}),
)
OURS = rule("ours-alone", "decided", step("d-get", "getPet", "$statusCode == 418"))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose handlers change names, with rules beside its document."""
    project = tmp_path_factory.mktemp("shop")
    (project / "specs").mkdir()
    (project / "handlers").mkdir()
    (project / "specs" / "shop.yaml").write_text(DOCUMENT)
    (project / "handlers" / "shop.py").write_text(HANDLERS)
    write(project, FOUND, CHANGED, OLD, OURS)
    return project


def write(project: Path, *rules: dict[str, Any]) -> Path:
    """Write the rules of a project, and return their file."""
    path = project / "specs" / "shop.arazzo.yaml"
    path.write_text(yaml.safe_dump({**RULES, "workflows": list(rules)}))
    return path


@pytest.fixture(scope="module")
def server(shop: Path) -> Iterator[Server]:
    """The project, served."""
    with running(str(shop)) as server:
        yield server


def check_behaviour(server: Server, shop: Path, *options: str) -> tuple[int, str]:
    """Check the behaviour only; return the exit code and all output."""
    document = str(shop / "specs" / "shop.yaml")
    process = run("check", server.url, "--api", document, "--tier", "behaviour", *options)
    return process.returncode, process.stdout + process.stderr


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


def test_baseline_accepts_findings_and_lists_fixed_ones(
    server: Server, shop: Path, tmp_path: Path
) -> None:
    """Accepted findings do not fail; those that were checked and are gone are listed."""
    baseline = tmp_path / "baseline.json"
    assert check_behaviour(server, shop, "--format", "json", "--output", str(baseline))[0] == 1
    code, output = check_behaviour(server, shop, "--baseline", str(baseline))
    assert (code, "has no new findings: 1 accepted, 0 new, 0 fixed" in output) == (0, True), output
    assert "keeps the contract" not in output
    fixed = "fixed since the baseline:"
    output = check_behaviour(server, shop, "--baseline", str(baseline), "--only", "found-again")[1]
    assert fixed not in output  # it was not checked
    baseline.write_text(baseline.read_text().replace("name-is-kept", "found-again"))
    output = check_behaviour(server, shop, "--baseline", str(baseline))[1]
    assert f"{fixed} found-again" in output
    assert "1 new finding in 1 operation, 0 accepted, 1 new, 1 fixed" in output


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        '{"findings": [{"key": [1]}], "baseline": []}',
        '{"findings": 1, "baseline": 2}',
    ],
)
def test_baseline_that_is_no_report_is_rejected(
    server: Server, shop: Path, tmp_path: Path, text: str
) -> None:
    """The error is one sentence, before the first request."""
    baseline = tmp_path / "baseline.json"
    baseline.write_text(text)
    code, output = check_behaviour(server, shop, "--baseline", str(baseline))
    assert (code, output) == (
        2,
        f"understudy: {baseline} is not a report: make one with --format json\n",
    )


def test_output_that_is_not_writable_is_rejected_before_the_run(server: Server, shop: Path) -> None:
    """A long run is not lost to a typing error."""
    code, output = check_behaviour(server, shop, "--output", "/no/such/place/report.json")
    assert code == 2
    assert "cannot be written: the directory /no/such/place does not exist" in output
    code, output = check_behaviour(server, shop, "--output", str(shop))
    assert (code, output) == (2, f"understudy: {shop} cannot be written: it is a directory\n")


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


def test_reports_escape_control_characters() -> None:
    """They do not move the cursor, and do not make XML malformed."""
    odd = Finding("getPet", "r\x00", "t\x1b[2J", "m\x1b[2J\u009b", ("curl x",))
    report = Report("shop", "http://x", Coverage(1), findings=[odd], errors=["e\x00"])
    assert "t\\x1b[2J" in as_text(report)
    assert not {"\x00", "\x1b", "\u009b"} & set(as_text(report))
    suite = ElementTree.fromstring(FORMATS["junit"](report))  # noqa: S314 (our own)
    assert [e.get("message") for e in suite.iter("error")] == ["e?"]


def test_text_report_groups_equal_findings() -> None:
    """Findings with equal messages are one paragraph, which names all operations."""
    report = Report("pets", "http://localhost", Coverage(3))
    for operation in ("addPet", "dropPet", "getPet"):
        report.findings.append(Finding(operation, "unsupported_method", "t", "no Allow", ("curl",)))
    report.findings.append(Finding("getPet", "unsupported_method", "t", "HEAD is 200", ("curl",)))
    output = as_text(report)
    assert output.count("no Allow") == 1
    assert "so do 2 other operations: dropPet, getPet" in output
    assert "HEAD is 200" in output
    assert "4 findings in 3 operations" in output


@pytest.mark.parametrize("file_format", ["json", "junit", "sarif", "github", "html"])
def test_report_names_the_finding(server: Server, shop: Path, file_format: str) -> None:
    """Each format is well-formed, and has the coverage."""
    code, output = check_behaviour(server, shop, "--format", file_format)
    assert code == 1
    assert "name-is-kept" in output
    if file_format == "junit":
        suite = ElementTree.fromstring(output)  # noqa: S314 (our own)
        assert (suite.get("failures"), suite.get("skipped")) == ("1", "2")
    if file_format == "sarif":
        (result,) = json.loads(output)["runs"][0]["results"]
        assert result["ruleId"] == "name-is-kept"
    if file_format == "json":
        assert [r["verdict"] for r in json.loads(output)["rules"]] == [
            "kept",
            "broken",
            "not judged",
            "broken",
        ]
    if file_format == "github":
        assert output.startswith("::error title=getPet breaks name-is-kept::")
    if file_format == "html":
        assert "<script>" in output
        assert output.count("<summary>Exchanges</summary>") == 3  # one for each rule that ran
        assert "not judged: time must pass, and there is no clock" in output
    if file_format in ("junit", "github"):
        assert "2 of 2 operations, 3 of 3 documented statuses, " in output
    if file_format in ("json", "sarif"):
        coverage = json.loads(output)
        coverage = coverage["runs"][0]["properties"] if file_format == "sarif" else coverage
        assert coverage["coverage"] == {
            "operations": {"seen": 2, "of": 2},
            "statuses": {"seen": 3, "of": 3},
            "rules": {"kept": 1, "broken": 2, "not judged": 1},
            "not judged": {"time must pass, and there is no clock": 1},
        }


def test_report_shows_the_exchanges_of_a_finding(server: Server, shop: Path) -> None:
    """Request and response, in JSON and in HTML, which escapes what a server sends."""
    request = Request.to_url("PUT", "http://x/a", body=b"{}")
    response = Response.received(200, body=b"<script>" + b"x" * 9_000)
    exchange = Exchange(0, 0, None, None, request, response, origin="http://x")
    finding = Finding("getPet", "r", "t", "m", ("curl x",), exchanges=(exchange,))
    report = Report("shop", "http://x", Coverage(1), findings=[finding])
    page = FORMATS["html"](report)
    assert "PUT http://x/a\n{}" in page
    assert "200  &lt;script&gt;xxx" in page
    assert "(9008 bytes)" in page
    assert len(page) < 10_000
    output = check_behaviour(server, shop, "--format", "json", "--only", "name-is-kept")[1]
    ((put, get),) = [f["exchanges"] for f in json.loads(output)["findings"]]
    assert (put["status"], get["status"]) == (200, 200)
    assert put["request"].startswith("PUT http://")
    assert '"name":"REX-' in get["response"].replace(" ", "")


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
