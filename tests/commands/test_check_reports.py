"""`understudy check` on a small API: baselines and reports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.support.rules_shop import check_behaviour, write_shop
from tests.support.server import Server, running
from understudy.conformance.reports.coverage import Coverage
from understudy.conformance.reports.finding import Finding
from understudy.conformance.reports.formats import FORMATS, as_text
from understudy.conformance.reports.report import Report
from understudy.http.messages import Exchange, Request, Response

NO_CLOCK = "time must pass, and there is no clock"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose handlers change names, with rules beside its document."""
    return write_shop(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def server(shop: Path) -> Iterator[Server]:
    """The project, served."""
    with running(str(shop)) as server:
        yield server


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
        assert '<script type="module">' in output
        assert output.count("<summary>Exchanges</summary>") == 3  # one for each rule that ran
        assert f"not judged: {NO_CLOCK}" in output
    if file_format in ("junit", "github"):
        assert "2 of 2 operations, 3 of 3 documented statuses, " in output
    if file_format in ("json", "sarif"):
        coverage = json.loads(output)
        coverage = coverage["runs"][0]["properties"] if file_format == "sarif" else coverage
        assert coverage["coverage"] == {
            "operations": {"seen": 2, "of": 2},
            "statuses": {"seen": 3, "of": 3},
            "rules": {"kept": 1, "broken": 2, "not judged": 1},
            "not judged": {f"{NO_CLOCK}: --clock URL or --wait-for-time lets it pass": 1},
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
