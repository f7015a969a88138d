"""Zep's own Python client with the judge between it and the server."""

from __future__ import annotations

from pathlib import Path

from tests.clients.zep_python import connect
from tests.support.proxy_process import proxying
from tests.support.server import run


def test_zeps_own_client_passes(origin: str, tmp_path: Path) -> None:
    """It notices nothing; every exchange is told, and the archive is clean as well."""
    archive = tmp_path / "zep.har"
    with proxying(origin, "--api", "zep", "--har", str(archive)) as between:
        zep = connect(between.url, "secret-key")
        added = zep.user.add(user_id="bob", first_name="Bob", metadata={"plan": "pro"})
        zep.memory.add_session(session_id="s", user_id="bob")
        assert zep.user.get("bob").uuid_ == added.uuid_
    assert (between.code, between.out.count("keeps the contract of zep (3 of ")) == (0, 1)
    told = [line.rpartition(", ")[2] for line in between.lines.splitlines()]
    assert told[-3:] == [
        "addUser: conforms",
        "addSession: conforms",
        "getUser: conforms",
    ]
    assert "secret-key" not in archive.read_text() + between.lines
    assert run("check", "--traffic", str(archive), "--api", "zep").returncode == 0
