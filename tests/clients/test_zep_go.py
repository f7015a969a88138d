"""Zep's own Go clients, zep-go/v2 2.22.0 and zep-go/v3 3.25.0, against the running server.

Programs of go/ call them; their results are checked here. The snippets of the published pages run
too, with the address of the server added: the clients read none from the environment.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.clients.javascript import CLIENTS
from tests.clients.test_seeds import ended, prepare, snippets
from tests.support.timeouts import PROGRAM_TIMEOUT
from tests.web.test_home import code_of

GO = CLIENTS / "go"

pytestmark = pytest.mark.skipif(shutil.which("go") is None, reason="go is not installed")


def go(*arguments: str, cwd: Path = GO) -> None:
    """Run the tool of Go; it must not fail, and changes no file of ours."""
    process = subprocess.run(
        ["go", *arguments],
        cwd=cwd,
        env={**os.environ, "GOFLAGS": "-mod=mod", "GONOSUMDB": "github.com/getzep/*"},
        capture_output=True,
        text=True,
        timeout=PROGRAM_TIMEOUT,
        check=False,
    )
    assert process.returncode == 0, process.stderr


def output(program: Path, *arguments: str) -> Any:
    """Run a program, and return the JSON that it prints."""
    process = subprocess.run(
        [program, *arguments],
        capture_output=True,
        text=True,
        timeout=PROGRAM_TIMEOUT,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout or "null")


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the programs, and return their directory."""
    directory = tmp_path_factory.mktemp("go")
    go("build", "-o", f"{directory}/", "./zep2", "./zep3")
    return directory


def test_second_generation_works(programs: Path, origin: str) -> None:
    """Users, sessions, memory, search, groups and graphs; both ends; errors by their status."""
    result = output(programs / "zep2", origin)
    assert result["updated"]["email"] == "ann@example.com"
    assert [user["user_id"] for user in result["users"]["users"]] == ["ann"]
    assert result["changed"]["metadata"] == {"channel": "chat", "order": 7}
    assert "I live in Bergen." in result["added"]["context"]
    assert [message["content"] for message in result["memory"]["messages"]] == ["Noted."]
    assert result["messages"]["total_count"] == 2
    assert result["found"]["results"][0]["fact"] == result["facts"]["facts"][0]
    assert [session["session_id"] for session in result["sessions"]] == ["s", "t"]
    assert result["group"]["group_id"] == "desk"
    assert result["episode"]["content"] == "Parcels leave at five."
    assert result["ended"]["session"]["ended_at"]
    assert [session["session_id"] for session in result["both"]["sessions"]] == ["t", "s"]
    assert (result["late"], result["unknown"]) == (409, 404)
    assert result["deleted"] == {"message": "OK"}


def test_third_generation_works(programs: Path, origin: str) -> None:
    """Threads, their messages and context, and graphs with ids of their own."""
    result = output(programs / "zep3", origin)
    assert result["user"]["time_zone"] == "Europe/Oslo"
    assert result["thread"].items() >= {"thread_id": "t", "user_id": "bo"}.items()
    assert len(result["added"]["message_uuids"]) == 2
    assert "I live in Bergen." in result["added"]["context"]
    messages = result["messages"]["messages"]
    assert [(message["role"], message["content"]) for message in messages] == [
        ("user", "I live in Bergen."),
        ("assistant", "Noted."),
    ]
    assert result["message"]["metadata"] == {"n": 1}
    assert "I live in Bergen." in result["context"]["context"]
    assert [thread["thread_id"] for thread in result["threads"]["threads"]] == ["t"]
    assert [thread["thread_id"] for thread in result["own"]] == ["t"]
    assert result["graph"]["graph_id"] == "desk"
    assert "Parcels leave at five." in result["found"]["edges"][0]["fact"]
    assert result["unknown"] == 404
    assert result["deleted"]["message"]


def test_published_snippets_run(tmp_path: Path, http: httpx.Client) -> None:
    """Each snippet is a program, once it has a `main`, an address, and a use for its variables."""
    prepare(http, "<YOUR_APIKey>")
    for file in ("go.mod", "go.sum"):
        shutil.copy(GO / file, tmp_path)
    pages = snippets("go")
    for number, snippet in enumerate(pages):
        imports, _, body = snippet.partition("\n)\n")
        address = f'option.WithBaseURL("{http.base_url}api/v2"),\n\t'
        body = body.replace("option.WithAPIKey(", f"{address}option.WithAPIKey(", 1)
        program = f"package main\n\n{imports}\n)\n\nfunc main() {{\n{body}\n_ = response\n"
        program += "if err != nil {\npanic(err)\n}\n}\n"
        (tmp_path / f"snippet{number}").mkdir()
        (tmp_path / f"snippet{number}" / "main.go").write_text(program)
        go("build", "-o", "program", f"./snippet{number}", cwd=tmp_path)
        output(tmp_path / "program")
    assert len(pages) == 2
    assert ended(http) == ["sessionId", "session_ids"]


@pytest.mark.parametrize("version", ["v3.25.0", "v2.22.0"])
def test_code_of_home_runs(version: str, tmp_path: Path, http: httpx.Client) -> None:
    """The program that the home page shows is whole."""
    for file in ("go.mod", "go.sum"):
        shutil.copy(GO / file, tmp_path)
    (tmp_path / "main.go").write_text(code_of(http.get("/").text, f"Zep in Go {version}"))
    go("build", "-o", "program", "main.go", cwd=tmp_path)
    process = subprocess.run([tmp_path / "program"], capture_output=True, text=True, check=True)
    assert process.stdout == "rob\n"
