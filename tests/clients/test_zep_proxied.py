"""Zep's own Python client behind `understudy proxy`."""

from __future__ import annotations

from pathlib import Path

from tests.clients.zep_python import connect
from tests.support.proxy_process import proxying
from tests.support.server import run


def test_zep_client_passes_the_proxy(origin: str, tmp_path: Path) -> None:
    """Its calls succeed; the proxy prints every exchange, and its HAR file conforms, too."""
    archive = tmp_path / "zep.har"
    with proxying(origin, "--api", "zep", "--har", str(archive)) as proxy:
        zep = connect(proxy.url, "secret-key")
        added = zep.user.add(user_id="bob", first_name="Bob", metadata={"plan": "pro"})
        zep.memory.add_session(session_id="s", user_id="bob")
        assert zep.user.get("bob").uuid_ == added.uuid_
    assert (proxy.code, proxy.out.count("keeps the contract of zep (3 of ")) == (0, 1)
    results = [line.rpartition(", ")[2] for line in proxy.lines.splitlines()]
    assert results[-3:] == [
        "addUser: conforms",
        "addSession: conforms",
        "getUser: conforms",
    ]
    assert "secret-key" not in archive.read_text() + proxy.lines
    assert run("check", "--traffic", str(archive), "--api", "zep").returncode == 0
