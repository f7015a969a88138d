"""The access log and the metrics of `serve`."""

from __future__ import annotations

import json
import os
import pty
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.server import Server, run, running
from tests.support.timeouts import wait_until

_DOCUMENT = """
openapi: 3.1.0
info: {title: Shop, version: "1"}
paths:
  /items/{id}:
    get:
      operationId: getItem
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses: {"200": {description: "", content: {application/json: {example: {id: 1}}}}}
"""

_METRICS = """
openapi: 3.1.0
info: {title: Gauge, version: "1"}
paths:
  /{name}:
    get:
      operationId: getGauge
      parameters: [{name: name, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: "", content: {application/json: {example: own}}}}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of a document with one operation."""
    path = tmp_path_factory.mktemp("documents") / "shop.yaml"
    path.write_text(_DOCUMENT)
    return str(path)


@contextmanager
def terminal_server(*arguments: str) -> Iterator[tuple[Server, list[str]]]:
    """Run a server whose standard error is a terminal, and yield what comes out of that."""
    master, slave = pty.openpty()
    lines: list[str] = []
    with os.fdopen(slave, "w") as stderr, os.fdopen(master, "rb", buffering=0) as screen:
        with running(*arguments, stderr=stderr) as server:
            yield server, lines
        print("end", file=stderr, flush=True)
        text = b""
        while not text.endswith(b"end\r\n"):
            text += screen.read(4096)
    lines += text.decode().splitlines()[:-1]


def test_terminal_shows_a_line_for_each_request(shop: str) -> None:
    """It has time, method, path, operation, status, verdict and duration; the control API and pages
    are not logged, credentials are starred, and what a path holds does nothing to the terminal."""
    with terminal_server(shop) as (server, lines), httpx.Client(base_url=server.url) as client:
        client.get("/_understudy/health")
        client.get("/")
        client.get("/items/1?api_key=secret-key")
        client.get("/_ns/other/items/x")
        client.get("/no%1b%0awhere")
        client.post("/_understudy/faults", json={"then": {"status": 503}})
        client.get("/items/1")
        client.get("/items/1", headers={"Host": "evil.example"})
    plain = [re.sub(r"\x1b\[\d+m", "", line) for line in lines]
    assert lines != plain
    words = [re.sub(r"^\d\d:\d\d:\d\d ", "", re.sub(r" [\d.]+ms", " ms", line)) for line in plain]
    assert words == [
        "GET /items/1?api_key=*** getItem 200 ok ms",
        'GET /_ns/other/items/x getItem 400 1 violation ms path /id: "x" is not of type "integer"',
        "GET /no%1b%0awhere - 404 1 violation ms path: no operation has the path /no%1b%0awhere",
        "GET /items/1 getItem 503 fault 1 ms",
        "GET /items/1 - 403 refused ms",
    ]


def test_quiet_server_logs_no_request_and_no_color_is_respected(
    shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--quiet` is for the requests only; NO_COLOR leaves the colours out."""
    with terminal_server(shop, "--quiet") as (server, lines):
        httpx.get(f"{server.url}/items/1")
    assert lines == []
    monkeypatch.setenv("NO_COLOR", "1")
    with terminal_server(shop) as (server, lines):
        httpx.get(f"{server.url}/items/1")
    assert len(lines) == 1
    assert "\x1b" not in lines[0]


def test_json_lines_and_metrics_agree(shop: str, tmp_path: Path) -> None:
    """Both tell of the same requests; `/metrics` and the control API have the same text."""
    with (tmp_path / "log").open("w+") as log:
        options = ("--log-format", "json", "--metrics", shop)
        with running(*options, stderr=log) as server, httpx.Client(base_url=server.url) as client:
            for path in ("/items/1?api_key=secret-key", "/items/1", "/items/x", "/nowhere"):
                client.get(path)
            client.post("/_understudy/faults", json={"then": {"connection": "close"}})
            with pytest.raises(httpx.RemoteProtocolError):
                client.get("/items/1")
            wait_until(lambda: '"verdict":"fault"' in (tmp_path / "log").read_text())
            text = client.get("/metrics").text
            control = client.get("/_understudy/metrics")
        log.seek(0)
        entries: list[dict[str, Any]] = [json.loads(line) for line in log]
    assert control.headers["content-type"].startswith("text/plain")
    assert [(e["operation"], e["status"], e["verdict"]) for e in entries] == [
        ("getItem", 200, "ok"),
        ("getItem", 200, "ok"),
        ("getItem", 400, "violations"),
        (None, 404, "violations"),
        ("getItem", 0, "fault"),
    ]
    assert entries[0]["query"] == "api_key=***"
    assert entries[2]["violations"] == ['path /id: "x" is not of type "integer"']
    for page in (text, control.text):
        assert _count(page, api="shop", operation="getItem", status="200", verdict="ok") == 2
        assert _count(page, api="shop", operation="getItem", status="0", verdict="fault") == 1
        assert _count(page, api="", operation="", status="404", verdict="violations") == 1
        for name in ("understudy_namespaces 1.0", "process_cpu_seconds_total", "_memory_used"):
            assert name in page
        assert 'understudy_request_duration_seconds_count{api="shop",operation="getItem"} 4' in page


def _count(page: str, **labels: str) -> float:
    names = ",".join(f'{name}="{value}"' for name, value in labels.items())
    (line,) = (each for each in page.splitlines() if f"requests_total{{{names}}}" in each)
    return float(line.rpartition(" ")[2])


def test_metrics_have_a_token_and_leave_paths_to_apis(tmp_path: Path) -> None:
    """They need the token of the control API; an API that has the path `/metrics` keeps it."""
    path = tmp_path / "gauge.yaml"
    path.write_text(_METRICS)
    with running("--metrics", "--token", "t", str(path)) as server:
        assert httpx.get(f"{server.url}/metrics").json() == "own"
        page = f"{server.url}/_understudy/metrics"
        assert httpx.get(page).status_code == 403
        text = httpx.get(page, headers={"X-Understudy-Token": "t"}).text
        assert _count(text, api="gauge", operation="getGauge", status="200", verdict="ok") == 1


def test_metrics_are_off_by_default_and_for_one_process(shop: str) -> None:
    """Without `--metrics` there are none, which says how to have them; workers are refused."""
    with running(shop) as server:
        answer = httpx.get(f"{server.url}/_understudy/metrics")
        assert answer.status_code == 404
        assert "serve --metrics" in answer.json()["detail"]
        assert httpx.get(f"{server.url}/metrics").status_code == 404
    refused = run("serve", "--port", "0", "--workers", "2", "--metrics", shop)
    assert refused.returncode == 2
    assert refused.stderr.startswith("understudy: --metrics counts the requests of one process")
