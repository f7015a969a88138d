"""A stand-in without the plugin's server: `understudy.serve`, and a server that runs already."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

import understudy
from tests.support.plugin_project import NO_SLOW_PLUGINS, PETS, configure, report, run_tests
from tests.support.server import Server
from understudy.client import ControlClient
from understudy.errors import UsageError

#: A program that reads the environment only; the client reads it when it is imported.
PROGRAM = """
from zep_cloud.client import Zep

print(Zep().user.add(user_id="ada").user_id)
"""


def test_serve_needs_no_pytest(tmp_path: Path) -> None:
    """One API is a double, several are a tuple, and a document's path serves as a name."""
    document = tmp_path / "pets.yaml"
    document.write_text(PETS)
    with understudy.serve("zep", document, in_process=True) as (zep, pets):
        with httpx.Client(base_url=zep.url, transport=zep.transport) as http:
            http.get("users-ordered", headers={"Authorization": f"Api-Key {zep.api_key}"})
        zep.assert_called("listUsers", times=1, status=200)
        assert (pets.api, pets.url) == ("pets", "http://localhost/_ns/main/shop")
    with understudy.serve(str(document), namespace="mine") as pets:
        assert httpx.get(f"{pets.url}/pets/1").json() == {"name": "Rex"}
        assert pets.control.namespace == "mine"
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{pets.url}/pets/1")


def test_serve_names_what_there_is() -> None:
    """An unknown name is one sentence."""
    with pytest.raises(UsageError) as refused, understudy.serve("zeb"):
        pass
    assert str(refused.value) == (
        "there is no API 'zeb'; did you mean 'zep'? There are eliza, zep, zep4; or give the "
        "directory of a project, or the path or URL of a document"
    )


def test_serve_costs_no_import() -> None:
    """A handlers package imports `understudy`, but nothing of the client or the server."""
    program = (
        "import sys, understudy; print({'understudy.client', 'uvicorn', 'httpx'} & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


def test_environment_points_real_clients_here() -> None:
    """A program that reads only the environment reaches the namespace."""
    with understudy.serve("zep", "eliza") as (zep, eliza):
        assert zep.env == {"ZEP_API_URL": zep.control.url, "ZEP_API_KEY": "understudy"}
        assert zep.base_urls["zep-cloud 2.22.0 (Python)"] == zep.url
        assert eliza.env == {}
        assert eliza.base_urls == {"@elizaos/api-client (TypeScript)": eliza.control.url}
        command = [sys.executable, "-c", PROGRAM]
        done = subprocess.run(
            command, env=os.environ | zep.env, capture_output=True, text=True, check=True
        )
        assert done.stdout == "ada\n"
        zep.assert_called("addUser", times=1)


def test_client_and_environment_trust_the_certificate_that_is_made() -> None:
    """With `--tls`, only the API's own client in this process has to be told."""
    with understudy.serve("zep", options=["--tls"]) as zep:
        assert zep.url.startswith("https://")
        command = [sys.executable, "-c", PROGRAM]
        done = subprocess.run(
            command, env=os.environ | zep.env, capture_output=True, text=True, check=True
        )
        assert done.stdout == "ada\n"
        zep.assert_called("addUser", times=1)
        context = ssl.create_default_context(cafile=zep.control.ca_file)
        with httpx.Client(base_url=zep.url, verify=context) as client:
            assert client.get("users/ada").status_code == 401
        stranger = ControlClient(zep.control.origin)
        with stranger, pytest.raises(httpx.ConnectError, match="SSL_CERT_FILE names the file"):
            stranger.clock.now()


def test_options_of_serve_are_a_list() -> None:
    """A text would be taken letter by letter."""
    with (
        pytest.raises(TypeError, match=r'options is a list, such as \["--strict"\]'),
        understudy.serve("zep", options="--strict"),
    ):
        pass


def test_plugin_uses_a_server_that_runs_already(
    pytester: pytest.Pytester, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the option or the environment; each test has a new namespace, which is deleted."""
    before = httpx.get(f"{server.url}/_understudy/namespaces").json()
    pytester.makepyfile(
        """
        import httpx, pytest

        @pytest.mark.parametrize("turn", range(2))
        def test_it(zep, turn):
            assert zep.control.origin == "ORIGIN"
            assert zep.control.namespace.startswith(f"main-{turn + 1}-")
            zep.assert_called(times=0)
            httpx.get(f"{zep.url}/users-ordered", headers={"Authorization": "Api-Key understudy"})
            zep.assert_called(times=1)
        """.replace("ORIGIN", server.url)
    )
    run_tests_of_zep = (*NO_SLOW_PLUGINS, "--understudy-url", f"{server.url}/")
    pytester.runpytest_subprocess(*run_tests_of_zep).assert_outcomes(passed=2)
    monkeypatch.setenv("UNDERSTUDY_URL", server.url)
    pytester.runpytest_subprocess(*NO_SLOW_PLUGINS).assert_outcomes(passed=2)
    after = httpx.get(f"{server.url}/_understudy/namespaces").json()
    assert {n["name"] for n in after} <= {n["name"] for n in before}


def test_plugin_says_what_the_server_lacks(shop: pytest.Pytester, server: Server) -> None:
    """An API that it does not serve, or that there is no server."""
    tests = "def test_it(pets): pass"
    configure(shop, f"understudy_url = {server.url}")
    sentence = (
        f"understudy: the server at {server.url} has no API 'pets'; there are eliza, zep, zep4"
    )
    assert sentence in report(run_tests(shop, tests)).replace("HOST", server.url.partition("//")[2])
    shown = report(run_tests(shop, tests, "--understudy-url=http://127.0.0.1:1"))
    assert "understudy: the stand-in at http://HOST does not respond: " in shown


@pytest.mark.parametrize("key", ["understudy", "secret"])
def test_curl_lines_of_a_failed_test_work(
    pytester: pytest.Pytester, server: Server, key: str
) -> None:
    """Pasted, they get the reported response; another key than that of the fixtures is hidden."""
    pytester.makepyfile(
        f"""
        import httpx

        def test_it(zep):
            with httpx.Client(base_url=zep.url, transport=zep.transport) as http:
                headers = {{"Authorization": "Api-Key {key}"}}
                response = http.post("users", json={{"user_id": 1}}, headers=headers)
                assert response.status_code == 400
        """
    )
    result = pytester.runpytest_subprocess(*NO_SLOW_PLUGINS, "--understudy-url", server.url)
    (line,) = {line for line in result.outlines if line.startswith("curl ")}
    assert "http://127.0.0.1:3000/_ns/main-1-" in line
    assert ("Api-Key understudy" in line) == (key == "understudy")
    assert "secret" not in result.stdout.str().partition("its requests")[2]
    if key == "understudy":
        pasted = line.replace("http://127.0.0.1:3000", server.url) + " -s -w '%{http_code}'"
        done = subprocess.run(["sh", "-c", pasted], capture_output=True, text=True, check=True)
        assert done.stdout.endswith("400")
