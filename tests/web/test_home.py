"""The home page: its code works with real clients, and it lists the namespaces."""

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

from tests.support.chosen_store import CHOSEN
from tests.support.documents import document
from tests.support.server import ROOT, serving, text_of
from tests.support.timeouts import PROGRAM_TIMEOUT
from understudy.app import Understudy
from understudy.http.control_access import ControlAccess
from understudy.openapi.contract import Contract
from understudy.serving.api import Api

CLIENTS = ROOT / "tests/clients"
_READY = shutil.which("node") is not None and (CLIENTS / "node_modules").is_dir()


def code_of(page: str, title: str) -> str:
    """Return the code of a home page under a title."""
    match = re.search(rf'aria-label="{re.escape(title)}"><code[^>]*>(.*?)</code>', page, re.DOTALL)
    assert match, title
    return html.unescape(match[1])


def shell(code: str) -> list[str]:
    """Return the command that runs a command line."""
    return ["bash", "-c", code]


def python(code: str) -> list[str]:
    """Return the command that runs Python code."""
    return [sys.executable, "-c", code]


def python_with(client: str) -> Callable[[str], list[str]]:
    """Return what runs Python code with this client, as scripts/python-clients installs it."""
    packages = CLIENTS / "python" / client / "site-packages"

    def command(code: str) -> list[str]:
        if not packages.is_dir():
            pytest.skip(f"no {client} in tests/clients/python: run scripts/python-clients")
        return ["env", f"PYTHONPATH={packages}", *python(code)]

    return command


def node(code: str) -> list[str]:
    """Return the command that runs TypeScript without type annotations."""
    if not _READY:
        pytest.skip("no node, or no node_modules in tests/clients: run scripts/clients")
    return ["node", "--input-type=module", "--eval", code]


def node_with_zep_3(code: str) -> list[str]:
    """Return the command that runs TypeScript with Zep's client 3.30.0, installed by an alias."""
    return node(code.replace('"@getzep/zep-cloud"', '"zep-cloud-3"'))


@pytest.mark.parametrize(
    ("title", "runner", "output", "operation"),
    [
        ("Zep v4 in Python 4.0.1", python_with("zep-cloud-4.0.1"), "in Oslo", "getThreadContext"),
        ("Zep v4 in curl", shell, '"first_name":"Ada"', "createUser"),
        ("Zep in Python 3.30.0", python_with("zep-cloud-3.30.0"), "in Oslo", "getThreadContext"),
        ("Zep in Python 2.22.0", python, "in Oslo", "getMemory"),
        ("Zep in curl", shell, '"user_id":"ada"', "addUser"),
        ("Zep in TypeScript 3.30.0", node_with_zep_3, "Hello", "getThreadMessages"),
        ("Zep in TypeScript 2.22.0", node, "Hello", "getMemory"),
        ("ElizaOS in curl", shell, '"name":"Eliza"', "listAgents"),
        ("ElizaOS in Python", python, "Eliza", "listAgents"),
        ("ElizaOS in TypeScript", node, "Eliza", "listAgents"),
    ],
)
def test_home_code_runs(
    http: httpx.Client, title: str, runner: Callable[[str], list[str]], output: str, operation: str
) -> None:
    """The pasted code reaches the namespace of the page, without violations."""
    code = code_of(http.get("/").text, title)
    completed = subprocess.run(
        runner(code),
        capture_output=True,
        text=True,
        cwd=CLIENTS,
        timeout=PROGRAM_TIMEOUT,
        check=False,
    )
    assert completed.returncode == 0, completed.stderr
    assert output in completed.stdout
    exchanges = http.get("/_understudy/requests").json()["requests"]
    assert exchanges[0]["operation"] == operation
    assert [exchange["violations"] for exchange in exchanges] == [[]] * len(exchanges)


def test_home_lists_the_namespaces(http: httpx.Client) -> None:
    """Each has its clock, requests, faults and records, and a link to its home page."""
    http.post("/api/v2/users", json={"user_id": "ann"})
    http.post("/_understudy/clock", json={"freeze": "2031-02-03T04:05:06Z"})
    http.post("/_understudy/faults", json={"then": {"status": 500}})
    root = http.base_url.path
    (row,) = re.findall(rf'<tr><th scope="row"><a href="{root}">.*?</tr>', http.get("/").text, re.S)
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
    assert [text_of(cell) for cell in cells[:3]] == ["2031-02-03 04:05:06 frozen", "1", "1"]
    assert cells[3] == "\u2013" if CHOSEN != "memory" else int(cells[3]) >= 1


def get_page(app: Any, path: str) -> str:
    """Return a page of an app in this process."""

    async def get() -> str:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return (await client.get(path)).text

    return asyncio.run(get())


def test_home_hides_namespaces_if_a_token_is_needed() -> None:
    """The home page is open to all, and has no token."""
    apis = [Api(Contract.load(ROOT / "specs/zep.yaml"))]
    page = get_page(
        Understudy(apis, control_access=ControlAccess("127.0.0.1", "secret")), "/_ns/hidden/"
    )
    assert "Not shown here: the control API needs the token" in page
    assert 'href="/_ns/hidden/">hidden' not in page


SCHEMES: dict[str, Any] = {
    "open": None,
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic"},
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "my key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
}


def secured_api(name: str, scheme: Any, *keys: str) -> Api:
    """Return an API whose operations need credentials of one scheme, if any."""
    parameter = {"name": "q", "in": "query", "required": True, "schema": {"type": "string"}}
    responses = {"200": {"description": "OK", "content": {"text/plain": {"example": "in"}}}}
    security: dict[str, Any] = {
        "components": {"securitySchemes": {"s": scheme}},
        "security": [{"s": []}],
    }
    paths = {
        f"/{name}/found": {"get": {"parameters": [parameter], "responses": responses}},
        f"/{name}/listed": {"get": {"responses": responses}},
    }
    api = Api(Contract(name, document(paths, **(security if scheme else {}))))
    api.contract.document["info"]["title"] = name
    api.keys |= frozenset(keys)
    return api


def test_home_curl_has_the_credentials_of_the_document() -> None:
    """By each kind of scheme; of several keys it has one that is admitted."""
    apis = [secured_api(name, scheme) for name, scheme in SCHEMES.items()]
    apis.append(secured_api("keyed", SCHEMES["header"], "s'3cret"))
    with serving(Understudy(apis)) as url:
        page = httpx.get(url).text
        for api in apis:
            code = code_of(page, f"{api.name} in curl")
            completed = subprocess.run(
                shell(f"{code} -s"), capture_output=True, text=True, check=False
            )
            assert completed.stdout == "in", code
            assert ("-H" in code) == (api.name not in ("open", "query")), code


def test_home_shows_no_key_to_whom_the_control_api_is_closed() -> None:
    """Others see that there is one."""
    app = Understudy(
        [secured_api("keyed", SCHEMES["header"], "s3cret")],
        control_access=ControlAccess("127.0.0.1", "token"),
    )
    code = code_of(get_page(app, "/"), "keyed in curl")
    assert "X-Key: YOUR_KEY" in code
