"""What the judge takes from the environment: no password and no proxy."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.support.hostile_server import hostile
from tests.support.proxy_process import proxying
from tests.support.server import run
from understudy.conformance.behaviour import clock_at

DOCUMENT = """
openapi: 3.1.0
info: {title: Toys, version: "1"}
paths:
  /toys:
    get:
      operationId: listToys
      responses: {"200": {description: it, content: {application/json: {schema: {type: object}}}}}
"""

RULES = """
arazzo: 1.0.1
info: {title: Rules, version: "1"}
sourceDescriptions: [{name: toys, url: ./toys.yaml, type: openapi}]
workflows:
- workflowId: toys-are-listed
  summary: There are toys.
  x-understudy-basis: documented
  inputs: {type: object, properties: {run: {type: string}}}
  steps: [{stepId: list, operationId: listToys, successCriteria: [{condition: $statusCode == 200}]}]
"""


@pytest.fixture
def toys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A contract with a rule; in the environment there are passwords, and a proxy that is none."""
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login ada password secret\ndefault login x password y\n")
    netrc.chmod(0o600)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://ada:secret@127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(netrc))
    path = tmp_path / "toys.yaml"
    path.write_text(DOCUMENT)
    path.with_name("toys.arazzo.yaml").write_text(RULES)
    return path


def test_check_sends_no_credentials(toys: Path) -> None:
    """No tier reads ~/.netrc, or goes through a proxy with its password."""
    with hostile(lambda line, _: None) as server:
        process = run("check", server.url, "--api", str(toys), "--max-examples", "1")
    assert "1 of 1 operation" in process.stdout, process.stderr
    assert "rule of behaviour: 1 kept" in process.stdout
    assert not [head for head in server.heads if "authorization" in head.lower()]


def test_clock_gets_no_credentials(toys: Path) -> None:
    """Its URL is asked as the server is."""
    with hostile(lambda line, _: None) as server:
        clock_at(f"{server.url}/clock")("PT1M")
        clock_at(f"{server.url}/clock?at={{ms}}")("PT1M")
    assert [head.split()[:2] for head in server.heads] == [
        ["POST", "/clock"],
        ["GET", "/clock?at=60000"],
    ]
    assert not [head for head in server.heads if "authorization" in head.lower()]


def test_proxy_sends_no_credentials(toys: Path) -> None:
    """It forwards what the client sends."""

    with (
        hostile(lambda line, _: None) as server,
        proxying(server.url, "--api", str(toys)) as proxy,
        httpx.Client(trust_env=False) as client,
    ):
        assert client.get(f"{proxy.url}/toys").status_code == 200
    assert not [head for head in server.heads if "authorization" in head.lower()]
