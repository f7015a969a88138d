"""The home page: its lines point real clients here, and it tells what happens to whom it may."""

from __future__ import annotations

import asyncio
import html
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.support.server import ROOT, text_of
from understudy.app import Understudy
from understudy.http.control_access import ControlAccess
from understudy.openapi.contract import Contract
from understudy.serving.api import Api

CLIENTS = ROOT / "tests/clients"
_READY = shutil.which("node") is not None and (CLIENTS / "node_modules").is_dir()


def lines(page: str, title: str) -> str:
    """The code of a home page under a title."""
    found = re.search(rf'aria-label="{re.escape(title)}"><code>(.*?)</code>', page, re.DOTALL)
    assert found, title
    return html.unescape(found[1])


def shell(code: str) -> list[str]:
    """What runs a command line."""
    return ["bash", "-c", code]


def python(code: str) -> list[str]:
    """What runs Python."""
    return [sys.executable, "-c", code]


def node(code: str) -> list[str]:
    """What runs TypeScript that is JavaScript, too."""
    if not _READY:
        pytest.skip("no node, or no node_modules in tests/clients: run scripts/clients")
    return ["node", "--input-type=module", "--eval", code]


@pytest.mark.parametrize(
    ("title", "runner", "said", "operation"),
    [
        ("Zep in curl", shell, '"user_id":"ada"', "addUser"),
        ("Zep in Python", python, "grace", "addUser"),
        ("Zep in TypeScript", node, "linus", "addUser"),
        ("ElizaOS in curl", shell, '"name":"Eliza"', "listAgents"),
        ("ElizaOS in Python", python, "Eliza", "listAgents"),
        ("ElizaOS in TypeScript", node, "Eliza", "listAgents"),
    ],
)
def test_the_lines_of_the_home_page_run(
    http: httpx.Client, title: str, runner: Callable[[str], list[str]], said: str, operation: str
) -> None:
    """As they are pasted: the client reaches the namespace of the page, and keeps the contract."""
    code = lines(http.get("/").text, title)
    done = subprocess.run(
        runner(code), capture_output=True, text=True, cwd=CLIENTS, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert said in done.stdout
    (seen,) = http.get("/_understudy/requests").json()["requests"]
    assert (seen["operation"], seen["violations"]) == (operation, [])


def test_go_is_shown_and_said_not_to_be_run(http: httpx.Client) -> None:
    """Nobody is told that lines work which nobody tried."""
    page = http.get("/").text
    assert str(http.base_url.join("api/v2")) in lines(page, "Zep in Go")
    assert page.count("these lines are not run by our tests") == page.count("<summary>Go")


def test_home_shows_namespaces_at_a_glance(http: httpx.Client) -> None:
    """Name, clock, requests, faults and records, and a link to each one's own home."""
    http.post("/api/v2/users", json={"user_id": "ann"})
    http.post("/_understudy/clock", json={"freeze": "2031-02-03T04:05:06Z"})
    http.post("/_understudy/faults", json={"then": {"status": 500}})
    root = http.base_url.path
    (row,) = re.findall(rf'<tr><th scope="row"><a href="{root}">.*?</tr>', http.get("/").text, re.S)
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
    assert [text_of(cell) for cell in cells[:3]] == ["2031-02-03 04:05:06 frozen", "1", "1"]
    assert int(cells[3]) >= 1


def ask(app: Any, path: str) -> str:
    """A page of an app in this process."""

    async def asked() -> str:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return (await client.get(path)).text

    return asyncio.run(asked())


def test_namespaces_are_told_to_those_who_may_know_them() -> None:
    """Where the side door needs a token, the home page, which has none, says nothing of them."""
    apis = [Api(Contract.load(ROOT / "specs/zep.yaml"))]
    page = ask(
        Understudy(apis, control_access=ControlAccess("127.0.0.1", "secret")), "/_ns/hidden/"
    )
    assert "Not told here: the control API needs the token" in page
    assert 'href="/_ns/hidden/">hidden' not in page
