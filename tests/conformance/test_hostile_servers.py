"""A target that misbehaves costs a verdict, never the run: it ends soon, with plain words."""

from __future__ import annotations

import ssl
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import hostile_server as wire
from tests.support.hostile_server import Misbehaviour, hostile, of_one, proper, too_many
from tests.support.server import run
from understudy.conformance.arazzo.workflow import rules_of
from understudy.conformance.check import check
from understudy.conformance.options import CheckOptions
from understudy.conformance.reports import as_text
from understudy.conformance.reports.report import Report
from understudy.conformance.reports.wording import counted
from understudy.openapi.contract import Contract

DOCUMENT = """
openapi: 3.0.3
info: {title: Toys, version: "1"}
security: [{Key: []}]
components:
  securitySchemes: {Key: {type: apiKey, in: header, name: Authorization}}
  responses:
    Thing: {description: it, content: {application/json: {schema: {type: object}}}}
paths:
  /toys:
    get: {operationId: listToys, responses: {"200": {$ref: "#/components/responses/Thing"}}}
  /boxes:
    get: {operationId: listBoxes, responses: {"200": {$ref: "#/components/responses/Thing"}}}
  /rooms:
    get: {operationId: listRooms, responses: {"200": {$ref: "#/components/responses/Thing"}}}
"""

RULE = """
- workflowId: {name}-are-listed
  summary: There are {name}.
  description: The toys' own words.
  x-understudy-basis: documented
  inputs: {{type: object, properties: {{run: {{type: string}}}}}}
  steps:
  - stepId: {name}
    operationId: list{title}
    successCriteria: [{{condition: $statusCode == 200}}]
"""

RULES = "arazzo: 1.0.1\ninfo: {title: Rules, version: '1'}\nworkflows:" + "".join(
    RULE.format(name=name, title=name.title()) for name in ("toys", "boxes", "rooms")
)


@pytest.fixture(scope="module")
def toys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A contract of three operations, with a rule for each beside it."""
    path = tmp_path_factory.mktemp("toys") / "toys.yaml"
    path.write_text(DOCUMENT)
    source = "\nsourceDescriptions: [{name: toys, url: ./toys.yaml, type: openapi}]\n"
    path.with_name("toys.arazzo.yaml").write_text(RULES + source)
    return path


def judged(toys: Path, url: str, scope: CheckOptions | None = None) -> Report:
    """Both tiers, with little patience."""
    contract = Contract.load(toys)
    scope = scope or CheckOptions(max_examples=1, timeout=0.15)
    return check(contract, url, scope, rules=rules_of(contract, toys), api_key="secret")


WORDS: list[tuple[Misbehaviour, str]] = [
    (wire.hangs, "it did not respond in time"),
    (wire.drips, "its response began and did not end in time"),
    (wire.drips_headers, "its response began and did not end in time"),
    (wire.continues, "its response began and did not end in time"),
    (wire.garbage, "it does not speak HTTP"),
    (wire.endless_headers, "it does not speak HTTP, or its headers do not end"),
    (wire.closes_at_once, "it closed the connection without a response"),
    (wire.closes_in_the_middle, "it closed the connection in the middle of its response"),
    (wire.resets, "it reset the connection"),
    (wire.wrong_length, "its Content-Length is 'many'"),
    (wire.wrong_chunks, "its response has an invalid chunk length"),
    (wire.wrong_header_bytes, "its headers are malformed"),
    (wire.huge, "its response has more than 10 MB"),
    (wire.bomb, "its response has more than 10 MB"),
]


@pytest.mark.parametrize(("what", "told"), WORDS, ids=lambda value: getattr(value, "__name__", ""))
def test_one_operation_that_misbehaves_costs_its_verdict_alone(
    toys: Path, what: Misbehaviour, told: str
) -> None:
    """Its rule and its shape are found wrong in plain words; all else is judged."""
    with hostile(of_one("GET /toys", what)) as server:
        report = judged(toys, server.url)
        asked = server.asked["GET /toys"]
    wrong = {f.rule: f.message for f in report.findings if f.operation == "listToys"}
    assert wrong["answers_every_request"] == told
    assert f"no response: {told}" in wrong["toys-are-listed"]
    assert [rule.verdict for rule in report.rules] == ["broken", "kept", "kept"]
    assert {"listBoxes", "listRooms"} <= report.coverage.shaped
    assert asked <= 5  # after three failures in a row it is left alone
    assert not report.errors


@pytest.mark.parametrize("what", [wire.hangs, wire.garbage, wire.huge])
def test_a_server_that_never_answers_is_told_in_one_sentence(
    toys: Path, what: Misbehaviour
) -> None:
    """The code is 2, soon."""
    with hostile(lambda line, before: what) as server:
        done = run("check", server.url, "--api", str(toys), "--api-key", "k", "--timeout", "0.2")
    assert done.returncode == 2
    told = done.stdout + done.stderr
    assert "no server answers at" in told or "no request was answered: its response has" in told
    assert "Traceback" not in told
    assert server.asked.total() <= 6


@pytest.mark.parametrize("what", [wire.hangs, wire.resets])
def test_a_server_that_dies_ends_the_run(toys: Path, what: Misbehaviour) -> None:
    """After five failures in a row nothing more is sent, and the report says so."""

    def dies(line: str, before: int) -> Misbehaviour | None:
        return what if before >= 12 else None

    with hostile(dies) as server:
        report = judged(toys, server.url, CheckOptions(max_examples=50, timeout=0.15))
    assert server.asked.total() <= 12 + 6
    (error,) = report.errors
    assert error.startswith("the run was cut short: ")
    assert any(f.rule == "answers_every_request" for f in report.findings)
    assert as_text(report).endswith("; the run was cut short)")


def test_rules_are_not_judged_once_the_server_is_gone(toys: Path) -> None:
    """The reason stands beside them."""
    with hostile(lambda line, before: wire.closes_at_once if before else None) as server:
        report = judged(toys, server.url, CheckOptions(tiers=("behaviour",), timeout=0.15))
    assert [rule.verdict for rule in report.rules] == ["broken", "broken", "broken"]
    assert "no request was answered: it closed" in report.errors[-1]
    assert not report.findings


def test_a_key_never_leaves_the_server(toys: Path) -> None:
    """A redirect is an answer like any other: told, and not followed."""
    with hostile(lambda line, before: None) as other:
        there = f"Location: {other.url}/toys".encode()
        with hostile(lambda line, before: proper(b"307 Elsewhere", b"{}", there)) as server:
            report = judged(toys, server.url)
    assert other.asked.total() == 0
    assert any("secret" in head for head in server.heads)
    assert {rule.verdict for rule in report.rules} == {"broken"}
    assert "307" in as_text(report)
    assert other.url in as_text(report)


def test_a_certificate_that_nobody_knows(toys: Path, tmp_path: Path) -> None:
    """One sentence, and no request."""
    made = "req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=x -keyout k.pem -out c.pem"
    subprocess.run(["openssl", *made.split()], cwd=tmp_path, check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "c.pem", tmp_path / "k.pem")
    with hostile(lambda line, before: None, tls) as server:
        done = run("check", server.url, "--api", str(toys), "--api-key", "k")
    assert done.returncode == 2
    assert "(its certificate is not trusted)" in done.stderr
    assert server.asked.total() == 0


#: The command line, which says at its end how much memory it had in KB. (What wait4 says counts
#: the parent's, too.)
MEASURED = """
import re, sys
from pathlib import Path
from understudy.cli import main
code = main(sys.argv[1:])
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1], file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read in /proc")
@pytest.mark.parametrize("what", [wire.huge, wire.bomb])
def test_memory_stays_small(toys: Path, what: Misbehaviour) -> None:
    """100 MB are not read, and not unpacked."""
    with hostile(of_one("GET /toys", what)) as server:
        options = ("check", server.url, "--api", str(toys), "--api-key", "k", "--max-examples", "3")
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, *options], capture_output=True, text=True, check=False
        )
    assert done.returncode == 1, done.stderr
    assert int(done.stderr.split()[-1]) < 200_000  # KB


def limited(times: int, seconds: int | None) -> Callable[[str, int], Misbehaviour | None]:
    """429 for so many requests after the first."""
    return lambda line, before: too_many(seconds) if 0 < before <= times else None


def test_the_judge_waits_as_it_is_asked(toys: Path) -> None:
    """By Retry-After; then everything is judged."""
    waits: list[float] = []
    with hostile(limited(2, 7)) as server:
        report = judged(toys, server.url, CheckOptions(("behaviour",), sleep=waits.append))
    assert waits == [7, 7]
    assert [rule.verdict for rule in report.rules] == ["kept"] * 3
    assert "429, too many requests, 2 times" in report.notes[0]


@pytest.mark.parametrize(("seconds", "waited"), [(None, []), (50, [50]), (61, [])])
def test_a_429_judges_nothing(toys: Path, seconds: int | None, waited: list[float]) -> None:
    """Neither a rule nor a shape is broken by it; it is waited for a minute in all."""
    waits: list[float] = []
    scope = CheckOptions(max_examples=1, sleep=waits.append)
    with hostile(lambda line, _: too_many(seconds) if "/toys" in line else None) as server:
        report = judged(toys, server.url, scope)
    assert waits == waited
    assert [rule.verdict for rule in report.rules] == ["not judged", "kept", "kept"]
    assert "429, too many requests; use --rate" in report.rules[0].reason
    assert not [f for f in report.findings if f.operation == "listToys"]


@pytest.mark.parametrize(
    ("limited", "told"),
    [
        (("/toys",), ""),
        (("/toys", "/boxes"), "most rules could not be judged because of status 429"),
    ],
)
def test_what_a_429_kept_from_being_judged_is_told_in_the_last_line(
    toys: Path, limited: tuple[str, ...], told: str
) -> None:
    """And where that is more than half of the rules, there is no verdict at all."""

    def refuses(line: str, before: int) -> Misbehaviour | None:
        return too_many(None) if any(path in line for path in limited) else None

    with hostile(refuses) as server:
        report = judged(toys, server.url, CheckOptions(("behaviour",)))
    last = as_text(report).splitlines()[-1]
    rules, operations = counted(len(limited), "rule"), counted(len(limited), "operation")
    assert f"{rules} and {operations} could not be judged because of status 429" in last
    assert [error for error in report.errors if told in error] == report.errors
    assert report.conforms is (len(limited) == 1)


def test_only_so_many_requests(toys: Path) -> None:
    """--max-requests is about both tiers, and each has its share."""
    with hostile(lambda line, before: None) as server:
        report = judged(toys, server.url, CheckOptions(max_requests=5, max_examples=1))
        assert server.asked.total() <= 1 + 5  # and the knock
    assert [rule.verdict for rule in report.rules] == ["kept", "kept", "not judged"]
    assert "--max-requests were spent" in report.rules[2].reason
    assert report.coverage.shaped


def test_only_so_many_a_second(toys: Path) -> None:
    """--rate is about both tiers: fourteen requests at twenty a second take over half a second."""
    from time import monotonic

    began = monotonic()
    with hostile(lambda line, before: None) as server:
        judged(toys, server.url, CheckOptions(rate=20, max_requests=14, max_examples=1))
        assert monotonic() - began >= (server.asked.total() - 2) / 20
