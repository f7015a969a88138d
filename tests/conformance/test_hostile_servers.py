"""A server that misbehaves fails in plain words; the check itself ends soon."""

from __future__ import annotations

import ssl
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support import hostile_server as wire
from tests.support.hostile_server import Misbehaviour, hostile, of_one, proper, too_many
from tests.support.server import run
from tests.support.timeouts import TIMEOUT
from understudy.conformance.arazzo.workflow import rules_of
from understudy.conformance.check import check
from understudy.conformance.options import CheckOptions
from understudy.conformance.reports.formats import as_text
from understudy.conformance.reports.report import Report
from understudy.conformance.reports.wording import counted
from understudy.conformance.target.bounded_http import BoundedAdapter
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


def check_toys(toys: Path, url: str, options: CheckOptions | None = None) -> Report:
    """Check a server, by default both tiers; the timeout is one that only a hang takes."""
    contract = Contract.load(toys)
    options = options or CheckOptions(max_examples=1, timeout=TIMEOUT)
    return check(contract, url, options, rules=rules_of(contract, toys), api_key="secret")


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


class FastClock:
    """A clock on which half a timeout is over whenever somebody looks at it."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        """Return the time in seconds."""
        self.now += TIMEOUT / 2
        return self.now


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[str], bool]], None]:
    """Set a short timeout, but only for requests that get no response, by their URLs."""
    send = BoundedAdapter.send

    def shorten(is_hopeless: Callable[[str], bool]) -> None:
        def send_in_time(adapter: Any, request: Any, *arguments: Any, **options: Any) -> Any:
            if is_hopeless(request.url):
                options["timeout"] = 0.15
            return send(adapter, request, *arguments, **options)

        monkeypatch.setattr(BoundedAdapter, "send", send_in_time)

    return shorten


@pytest.mark.parametrize(
    ("misbehaviour", "description"), WORDS, ids=lambda value: getattr(value, "__name__", "")
)
def test_misbehaving_operation_fails_alone(
    toys: Path,
    misbehaviour: Misbehaviour,
    description: str,
    hurry: Callable[[Callable[[str], bool]], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its rule and its shape fail with a plain description; everything else is checked."""
    if misbehaviour is wire.hangs:
        hurry(lambda url: url.partition("?")[0].endswith("/toys"))
    elif "did not end in time" in description:
        monkeypatch.setattr("understudy.conformance.target.bounded_http.time", FastClock())
    with hostile(of_one("GET /toys", misbehaviour)) as server:
        report = check_toys(toys, server.url)
        requests = server.counts["GET /toys"]
    messages = {f.rule: f.message for f in report.findings if f.operation == "listToys"}
    assert messages["answers_every_request"] == description
    assert f"no response: {description}" in messages["toys-are-listed"]
    assert [rule.verdict for rule in report.rules] == ["broken", "kept", "kept"]
    assert {"listBoxes", "listRooms"} <= report.coverage.shaped
    assert requests <= 5  # after three failures in a row it is skipped
    assert not report.errors


@pytest.mark.parametrize(
    ("misbehaviour", "timeout"), [(wire.hangs, 0.2), (wire.garbage, TIMEOUT), (wire.huge, TIMEOUT)]
)
def test_server_that_never_responds_exits_with_2(
    toys: Path, misbehaviour: Misbehaviour, timeout: float
) -> None:
    """The command prints one sentence."""
    options = ("--api", str(toys), "--api-key", "k", "--timeout", str(timeout))
    with hostile(lambda line, before: misbehaviour) as server:
        process = run("check", server.url, *options)
    assert process.returncode == 2
    output = process.stdout + process.stderr
    assert "no server answers at" in output or "no request was answered: its response has" in output
    assert "Traceback" not in output
    assert server.counts.total() <= 6


@pytest.mark.parametrize("misbehaviour", [wire.hangs, wire.resets])
def test_server_that_dies_cuts_the_run_short(
    toys: Path, misbehaviour: Misbehaviour, hurry: Callable[[Callable[[str], bool]], None]
) -> None:
    """After five failures in a row nothing more is sent, and the report says so."""

    def dies(line: str, before: int) -> Misbehaviour | None:
        return misbehaviour if before >= 12 else None

    with hostile(dies) as server:
        hurry(lambda url: server.counts.total() >= 12)
        report = check_toys(toys, server.url, CheckOptions(max_examples=50, timeout=TIMEOUT))
    assert server.counts.total() <= 12 + 6
    (error,) = report.errors
    assert error.startswith("the run was cut short: ")
    assert any(f.rule == "answers_every_request" for f in report.findings)
    assert as_text(report).endswith("; the run was cut short)")


def test_dead_server_breaks_rules_without_findings(toys: Path) -> None:
    """The report has one error in their place."""
    with hostile(lambda line, before: wire.closes_at_once if before else None) as server:
        report = check_toys(toys, server.url, CheckOptions(tiers=("behaviour",), timeout=TIMEOUT))
    assert [rule.verdict for rule in report.rules] == ["broken", "broken", "not judged"]
    assert "no request was answered: it closed" in report.errors[-1]
    assert not report.findings


def test_redirect_is_not_followed(toys: Path) -> None:
    """The key goes to no other server; a redirect is a response like any other."""
    with hostile(lambda line, before: None) as other:
        location = f"Location: {other.url}/toys".encode()
        with hostile(lambda line, before: proper(b"307 Elsewhere", b"{}", location)) as server:
            report = check_toys(toys, server.url)
    assert other.counts.total() == 0
    assert any("secret" in head for head in server.heads)
    assert {rule.verdict for rule in report.rules} == {"broken"}
    assert "307" in as_text(report)
    assert other.url in as_text(report)


def test_untrusted_certificate_exits_with_2(toys: Path, tmp_path: Path) -> None:
    """The command prints one sentence, and sends no request."""
    arguments = "req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=x -keyout k.pem -out c.pem"
    subprocess.run(["openssl", *arguments.split()], cwd=tmp_path, check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "c.pem", tmp_path / "k.pem")
    with hostile(lambda line, before: None, tls) as server:
        process = run("check", server.url, "--api", str(toys), "--api-key", "k")
    assert process.returncode == 2
    assert "(its certificate is not trusted)" in process.stderr
    assert server.counts.total() == 0


#: The command line, which at its end prints its peak memory in KB. (wait4 would count the parent's
#: memory too.)
MEASURED = """
import re, sys
from pathlib import Path
from understudy.cli import main
code = main(sys.argv[1:])
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1], file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read in /proc")
@pytest.mark.parametrize("misbehaviour", [wire.huge, wire.bomb])
def test_memory_stays_small(toys: Path, misbehaviour: Misbehaviour) -> None:
    """100 MB are neither read nor decompressed."""
    with hostile(of_one("GET /toys", misbehaviour)) as server:
        options = ("check", server.url, "--api", str(toys), "--api-key", "k", "--max-examples", "3")
        process = subprocess.run(
            [sys.executable, "-c", MEASURED, *options], capture_output=True, text=True, check=False
        )
    assert process.returncode == 1, process.stderr
    assert int(process.stderr.split()[-1]) < 200_000  # KB


def limited(times: int, seconds: int | None) -> Callable[[str, int], Misbehaviour | None]:
    """Status 429 for so many requests after the first."""
    return lambda line, before: too_many(seconds) if 0 < before <= times else None


def test_check_waits_for_retry_after(toys: Path) -> None:
    """Then everything is judged."""
    waits: list[float] = []
    with hostile(limited(2, 7)) as server:
        report = check_toys(toys, server.url, CheckOptions(("behaviour",), sleep=waits.append))
    assert waits == [7, 7]
    assert [rule.verdict for rule in report.rules] == ["kept"] * 3
    assert "429, too many requests, 2 times" in report.notes[0]


@pytest.mark.parametrize(("seconds", "waited"), [(None, []), (50, [50]), (61, [])])
def test_status_429_breaks_nothing(toys: Path, seconds: int | None, waited: list[float]) -> None:
    """Neither a rule nor a shape; the waits are one minute at most in all."""
    waits: list[float] = []
    options = CheckOptions(max_examples=1, sleep=waits.append)
    with hostile(lambda line, _: too_many(seconds) if "/toys" in line else None) as server:
        report = check_toys(toys, server.url, options)
    assert waits == waited
    assert [rule.verdict for rule in report.rules] == ["not judged", "kept", "kept"]
    assert "429, too many requests; use --rate" in report.rules[0].reason
    assert not [f for f in report.findings if f.operation == "listToys"]


@pytest.mark.parametrize(
    ("limited", "error"),
    [
        (("/toys",), ""),
        (("/toys", "/boxes"), "most rules could not be judged because of status 429"),
    ],
)
def test_text_report_ends_with_what_429_left_unjudged(
    toys: Path, limited: tuple[str, ...], error: str
) -> None:
    """There is no verdict if more than half of the rules were not judged."""

    def rejects(line: str, before: int) -> Misbehaviour | None:
        return too_many(None) if any(path in line for path in limited) else None

    with hostile(rejects) as server:
        report = check_toys(toys, server.url, CheckOptions(("behaviour",)))
    last = as_text(report).splitlines()[-1]
    rules, operations = counted(len(limited), "rule"), counted(len(limited), "operation")
    assert f"{rules} and {operations} could not be judged because of status 429" in last
    assert all(error in text for text in report.errors)
    assert report.conforms is (len(limited) == 1)


def test_max_requests_limits_both_tiers(toys: Path) -> None:
    """Each has its share, after the requests that find out what there is."""
    with hostile(lambda line, before: None) as server:
        report = check_toys(toys, server.url, CheckOptions(max_requests=5, max_examples=1))
        assert server.counts.total() <= 1 + 5  # and the one that finds out whether it is there
    assert [rule.verdict for rule in report.rules] == ["kept", "not judged", "not judged"]
    assert "--max-requests were spent" in report.rules[2].reason
    assert report.coverage.shaped


def test_rate_limits_both_tiers(toys: Path) -> None:
    """Fourteen requests at twenty a second take over half a second."""
    from time import monotonic

    began = monotonic()
    with hostile(lambda line, before: None) as server:
        check_toys(toys, server.url, CheckOptions(rate=20, max_requests=14, max_examples=1))
        assert monotonic() - began >= (server.counts.total() - 2) / 20
