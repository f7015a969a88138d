"""Command lines of curl: they send exactly the request."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.hostile_server import hostile
from understudy.http.curl import curl_command


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/a[1]{b}", {"X-Empty": ""}),
        ("/a/../b?c=%20", {"content-type": "text/plain"}),
    ],
)
def test_curl_command_sends_the_request(path: str, headers: dict[str, str]) -> None:
    """Braces, dots and empty headers arrive unchanged."""
    with hostile(lambda line, before: None) as server:
        _run(curl_command("PUT", server.url + path, headers, b"a b"))
    (head,) = server.heads
    assert head.startswith(f"PUT {path} ")
    for name, value in headers.items():
        assert f"{name}: {value}".strip() in head
    assert "Content-Length: 3" in head


def test_curl_command_sends_a_body_that_begins_with_at(tmp_path: Path) -> None:
    """`@` names no file."""
    file = tmp_path / "secret"
    file.write_text("a long secret")
    body = f"@{file}"
    with hostile(lambda line, before: None) as server:
        _run(curl_command("POST", server.url, {}, body.encode()))
    (head,) = server.heads
    assert f"Content-Length: {len(body)}" in head
    assert "content-type" not in head.lower()


def _run(command: str) -> None:
    subprocess.run(["bash", "-c", f"{command} -s -o /dev/null"], check=True)
