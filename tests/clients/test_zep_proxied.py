"""Zep's own Python client behind `understudy proxy`, and with what that has recorded."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from zep_cloud import NotFoundError

from tests.clients.zep_python import ANSWER, HELLO, Zep, connect
from tests.support.proxy_process import proxying
from tests.support.server import ROOT, run, running


def conversation(zep: Zep) -> list[Any]:
    """Return the answers to the calls of a short conversation, in which one call is made twice."""
    answers = [
        zep.user.add(user_id="bob", first_name="Bob", metadata={"plan": "pro"}),
        zep.memory.add_session(session_id="s", user_id="bob"),
        zep.user.get("bob"),
        zep.user.update("bob", first_name="Rob"),
        zep.user.get("bob"),
        zep.memory.add("s", messages=[HELLO, ANSWER], return_context=True),
        zep.memory.get("s", lastn=2),
        zep.user.list_ordered(page_size=5),
    ]
    with pytest.raises(NotFoundError) as refused:
        zep.user.get("nobody")
    return [*answers, refused.value.body]


def test_zep_client_passes_the_proxy_and_its_recording(origin: str, tmp_path: Path) -> None:
    """The proxy prints every exchange, and records it without the key; a server of the document
    alone, without handlers, gives the same answers to another key. All conforms."""
    recording, document = tmp_path / "zep.har", tmp_path / "zep.yaml"
    shutil.copytree(ROOT / "specs" / "zep", tmp_path / "zep")
    shutil.copy(ROOT / "specs" / "zep.yaml", document)
    with proxying(origin, "--api", str(document), "--record", str(recording)) as proxy:
        answers = conversation(connect(proxy.url, "secret-key"))
    assert (proxy.code, proxy.out.count("keeps the contract of zep (7 of ")) == (0, 1)
    results = [line.rpartition(", ")[2] for line in proxy.lines.splitlines()]
    assert results[-10:-7] == ["addUser: conforms", "addSession: conforms", "getUser: conforms"]
    assert results[-1] == f"9 exchanges recorded in {recording}"
    assert "secret-key" not in recording.read_text() + proxy.lines
    log = tmp_path / "log"
    with (
        log.open("w") as stderr,
        running(str(document), "--replay", str(recording), stderr=stderr) as server,
    ):
        zep = connect(server.url, "another-key")
        assert conversation(zep) == answers
        assert zep.user.get("somebody-else").user_id != "bob"
    assert "warning" not in log.read_text()
    assert run("check", "--traffic", str(recording), "--api", str(document)).returncode == 0
