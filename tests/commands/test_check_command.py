"""`understudy check` on a small API of our own: rules, choices, baselines and reports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from tests.support.server import Server, run, running
from understudy.conformance.reports import FORMATS, as_text
from understudy.conformance.reports.report import Coverage, Finding, Report
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
    """A workflow with these steps."""
    return {
        "workflowId": name,
        "summary": f"It is so: {name}.",
        "description": "The shop's own words.",
        "x-understudy-basis": basis,
        "inputs": {"type": "object", "properties": {"run": {"type": "string"}}},
        "steps": list(steps),
    }


def step(name: str, operation: str, *conditions: str, **more: Any) -> dict[str, Any]:
    """A step about the pet of this run."""
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
    """A project whose server changes names, with rules beside its document."""
    project = tmp_path_factory.mktemp("shop")
    (project / "specs").mkdir()
    (project / "handlers").mkdir()
    (project / "specs" / "shop.yaml").write_text(DOCUMENT)
    (project / "handlers" / "shop.py").write_text(HANDLERS)
    write(project, FOUND, CHANGED, OLD, OURS)
    return project


def write(project: Path, *rules: dict[str, Any]) -> Path:
    """Write the rules of a project."""
    path = project / "specs" / "shop.arazzo.yaml"
    path.write_text(yaml.safe_dump({**RULES, "workflows": list(rules)}))
    return path


@pytest.fixture(scope="module")
def server(shop: Path) -> Iterator[Server]:
    """It, served."""
    with running(str(shop)) as server:
        yield server


def judged(server: Server, shop: Path, *options: str) -> tuple[int, str]:
    """The code and the words of a check of the behaviour alone."""
    document = str(shop / "specs" / "shop.yaml")
    done = run("check", server.url, "--api", document, "--tier", "behaviour", *options)
    return done.returncode, done.stdout + done.stderr


def test_a_broken_rule_is_told_with_its_proof(server: Server, shop: Path) -> None:
    """Rule, step, what was there, where it is documented, and the curl lines of all steps."""
    code, told = judged(server, shop)
    assert code == 1
    assert "getPet breaks name-is-kept: It is so: name-is-kept." in told
    assert "at the step b-get: $response.body#/name == $steps.b-put.outputs.name:" in told
    assert "$response.body#/name is 'REX-" in told
    assert "The shop's own words." in told
    assert told.count("curl -X") == 2
    assert "4 rules of behaviour: 2 broken, 1 kept, 1 not judged" in told
    assert "operations  statuses  rules kept  broken  not judged  findings" in told
    (row,) = [line.split() for line in told.splitlines() if line.startswith("reading ")]
    assert row[-4:] == ["0", "2", "1", "1"]
    assert "1 rule not judged: time must pass, and there is no clock" in told
    assert "our own choice, not counted: ours-alone" in told


def test_time_passes_by_the_clock(server: Server, shop: Path) -> None:
    """With one, the rule that needs it is judged."""
    clock = f"{server.url}/_understudy/clock"
    code, told = judged(server, shop, "--only", "pets-grow-old", "--clock", clock)
    assert (code, "1 kept" in told) == (0, True), told
    code, told = judged(
        server, shop, "--only", "pets-grow-old", "--clock", f"{server.url}/nowhere?ms={{ms}}"
    )
    assert "cannot be moved" in told
    assert "For more information" not in told


def test_choices(server: Server, shop: Path) -> None:
    """By rule, tag, operation and basis; what is none is told."""
    assert judged(server, shop, "--skip", "name-is-kept")[0] == 0
    assert "2 rules" not in judged(server, shop, "--only", "writing")[1]
    assert judged(server, shop, "--only", "decided", "--decided")[0] == 1
    code, told = judged(server, shop, "--only", "nothing")
    assert (code, "no operation, tag or rule named 'nothing'" in told) == (2, True)


def test_a_baseline_accepts_and_tells_what_is_mended(
    server: Server, shop: Path, tmp_path: Path
) -> None:
    """Known findings pass; those that are no more are told."""
    baseline = tmp_path / "baseline.json"
    assert judged(server, shop, "--format", "json", "--output", str(baseline))[0] == 1
    code, told = judged(server, shop, "--baseline", str(baseline))
    assert (code, "1 finding accepted by the baseline" in told) == (0, True), told
    fixed = "fixed since the baseline: getPet"
    told = judged(server, shop, "--baseline", str(baseline), "--only", "found-again")[1]
    assert fixed not in told  # nobody looked
    baseline.write_text(baseline.read_text().replace("name-is-kept", "found-again"))
    assert f"{fixed} found-again" in judged(server, shop, "--baseline", str(baseline))[1]


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        '{"findings": [{"key": [1]}], "baseline": []}',
        '{"findings": 1, "baseline": 2}',
    ],
)
def test_what_is_no_baseline_is_told(server: Server, shop: Path, tmp_path: Path, text: str) -> None:
    """In one sentence, before a single request."""
    baseline = tmp_path / "baseline.json"
    baseline.write_text(text)
    code, told = judged(server, shop, "--baseline", str(baseline))
    assert (code, told) == (
        2,
        f"understudy: {baseline} is no report: make one with --format json\n",
    )


def test_a_report_that_has_no_place_is_told_before_the_run(server: Server, shop: Path) -> None:
    """A long run is not lost to a typing error."""
    code, told = judged(server, shop, "--output", "/no/such/place/report.json")
    assert code == 2
    assert "cannot be written: there is no /no/such/place" in told
    code, told = judged(server, shop, "--output", str(shop))
    assert (code, told) == (2, f"understudy: {shop} cannot be written: it is a directory\n")


def test_a_port_that_is_none_is_told(shop: Path) -> None:
    """In one sentence, as any other wrong URL."""
    document = str(shop / "specs" / "shop.yaml")
    for port in ("99999", "x"):
        done = run("check", f"http://127.0.0.1:{port}", "--api", document)
        assert done.returncode == 2
        assert f"understudy: 'http://127.0.0.1:{port}' is not the URL of a server" in done.stderr


def test_what_judges_nothing_is_no_verdict(server: Server, shop: Path) -> None:
    """Only a rule that needs time, and no clock: the code is 2."""
    code, told = judged(server, shop, "--only", "pets-grow-old")
    assert (code, "nothing was judged: no request was made" in told) == (2, True), told


def test_control_characters_of_a_server_are_shown_by_their_numbers() -> None:
    """They move no cursor, and break no XML."""
    odd = Finding("getPet", "r\x00", "t\x1b[2J", "m\x1b[2J\u009b", ("curl x",))
    report = Report("shop", "http://x", Coverage(1), findings=[odd], errors=["e\x00"])
    assert "t\\x1b[2J" in as_text(report)
    assert not {"\x00", "\x1b", "\u009b"} & set(as_text(report))
    suite = ElementTree.fromstring(FORMATS["junit"](report))  # noqa: S314 (our own)
    assert [e.get("message") for e in suite.iter("error")] == ["e?"]


def test_what_is_said_of_many_operations_is_said_once() -> None:
    """Findings in the same words are one paragraph, which names all operations."""
    report = Report("pets", "http://localhost", Coverage(3))
    for operation in ("addPet", "dropPet", "getPet"):
        report.findings.append(Finding(operation, "unsupported_method", "t", "no Allow", ("curl",)))
    report.findings.append(Finding("getPet", "unsupported_method", "t", "HEAD is 200", ("curl",)))
    told = as_text(report)
    assert told.count("no Allow") == 1
    assert "so do 2 other operations: dropPet, getPet" in told
    assert "HEAD is 200" in told
    assert "4 findings in 3 operations" in told


@pytest.mark.parametrize("form", ["json", "junit", "sarif", "github", "html"])
def test_reports(server: Server, shop: Path, form: str) -> None:
    """Each form is what it says, and names the finding."""
    code, told = judged(server, shop, "--format", form)
    assert code == 1
    assert "name-is-kept" in told
    if form == "junit":
        suite = ElementTree.fromstring(told)  # noqa: S314 (our own)
        assert (suite.get("failures"), suite.get("skipped")) == ("1", "1")
    if form == "sarif":
        (result,) = json.loads(told)["runs"][0]["results"]
        assert result["ruleId"] == "name-is-kept"
    if form == "json":
        assert [r["verdict"] for r in json.loads(told)["rules"]] == [
            "kept",
            "broken",
            "not judged",
            "broken",
        ]
    if form == "github":
        assert told.startswith("::error title=getPet breaks name-is-kept::")
    if form == "html":
        assert "<script>" in told
        assert told.count("<summary>Exchanges</summary>") == 3  # one for each rule that ran
        assert "not judged: time must pass, and there is no clock" in told
    if form in ("junit", "github"):
        assert "2 of 2 operations, 3 of 3 documented statuses, " in told
    if form in ("json", "sarif"):
        coverage = json.loads(told)
        coverage = coverage["runs"][0]["properties"] if form == "sarif" else coverage
        assert coverage["coverage"] == {
            "operations": {"seen": 2, "of": 2},
            "statuses": {"seen": 3, "of": 3},
            "rules": {"kept": 1, "broken": 2, "not judged": 1},
            "not judged": {"time must pass, and there is no clock": 1},
        }


def test_a_finding_shows_what_was_said(server: Server, shop: Path) -> None:
    """Request and answer, in JSON and on the page, where what a server sends is escaped."""
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
    told = judged(server, shop, "--format", "json", "--only", "name-is-kept")[1]
    ((put, get),) = [f["exchanges"] for f in json.loads(told)["findings"]]
    assert (put["status"], get["status"]) == (200, 200)
    assert put["request"].startswith("PUT http://")
    assert '"name":"REX-' in get["response"].replace(" ", "")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"dependsOn": ["x"]}, "has dependsOn, which is not in the portable subset"),
        ({"x-understudy-basis": "guessed"}, "needs x-understudy-basis"),
        ({"inputs": {}}, "lacks the input `run`"),
        ({"steps": [step("a", "getZoo")]}, "calls getZoo, which the API does not define"),
        ({"steps": [step("a", "getPet"), step("a", "getPet")]}, "the id a is used twice"),
        ({"steps": [step("a", "getPet", "$statusCode = 200")]}, "cannot be read"),
        ({"steps": [step("a", "getPet", "$statusCode ==")]}, "lacks a value"),
        ({"steps": [step("a", "getPet", "__import__('os')")]}, "cannot be read"),
        ({"steps": [step("a", "getPet", "(1 == 1")]}, "lacks a parenthesis"),
        ({"steps": [step("a", "getPet", onFailure=[])]}, "has onFailure"),
        ({"steps": [step("a", "getPet", "$request.url == 1")]}, "is not a supported expression"),
        ({"steps": [step("a", "getPet", outputs={"x": "$self"})]}, "is not a supported expression"),
        ({"steps": [step("a", "getPet", "(" * 5000)]}, "nested too deeply"),
        ({"steps": [step("a", "getPet", **{"x-understudy-advance": "soon"})]}, "well-formed"),
        ({"steps": [step("a", "getPet", description=["x"])]}, "is not a text"),
        ({"steps": []}, "has no steps"),
        ({"workflowId": ["x"]}, "is not a text"),
    ],
)
def test_what_is_not_portable_is_refused(
    server: Server, tmp_path: Path, change: dict[str, Any], told: str
) -> None:
    """Before a single request, with one sentence."""
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "shop.yaml").write_text(DOCUMENT)
    write(tmp_path, {**FOUND, **change})
    code, said = judged(server, tmp_path)
    assert code == 2
    assert told in said


def test_a_server_that_answers_oddly_costs_a_verdict_and_no_more(
    server: Server, shop: Path
) -> None:
    """Connections that break, and bodies that are noise."""
    import httpx

    for effect in ({"connection": "reset"}, {"corrupt": "garble"}, {"corrupt": "truncate"}):
        fault = {"then": effect, "times": None}
        httpx.post(f"{server.url}/_understudy/faults", json=fault).raise_for_status()
        code, told = judged(server, shop, "--only", "name-is-kept")
        httpx.delete(f"{server.url}/_understudy/faults").raise_for_status()
        assert code in (1, 2), told
        assert "Traceback" not in told
