"""Options of `serve` for an API: its keys, its rate limit, its persona."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.support.server import run, running


def test_server_admits_only_its_keys() -> None:
    """With `--api-key`, Zep accepts no other key, and Eliza needs one."""
    with running("--api-key", "zep=k", "--api-key", "zep=l", "--api-key", "eliza=e") as server:
        zep = f"{server.url}/api/v2/users/nobody"
        statuses = [
            httpx.get(zep, headers={"Authorization": f"Api-Key {key}"}).status_code
            for key in ("k", "l", "m")
        ]
        assert statuses == [404, 404, 401]
        eliza = f"{server.url}/api/agents"
        keys: list[dict[str, str]] = [{}, {"X-API-KEY": "k"}, {"X-API-KEY": "e"}]
        assert [httpx.get(eliza, headers=h).status_code for h in keys] == [401, 401, 200]


def test_rate_limit_is_applied() -> None:
    """Headers say how many requests are left; then 429 with Retry-After until the window ends."""
    with running("--rate-limit", "eliza=2/900") as server:
        with httpx.Client(base_url=f"{server.url}/_ns/limited") as client:
            client.post("/_understudy/clock", json={"freeze": "2026-01-01T00:00:00Z"})
            responses = [client.get("/api/agents") for _ in range(3)]
            assert [response.status_code for response in responses] == [200, 200, 429]
            assert [a.headers["ratelimit-remaining"] for a in responses] == ["1", "0", "0"]
            assert responses[0].headers["ratelimit-limit"] == "2"
            assert responses[0].headers["ratelimit-policy"] == "2;w=900"
            assert responses[2].headers["retry-after"] == "900"
            assert responses[2].json()["error"]["code"] == "RATE_LIMIT_EXCEEDED"
            client.post("/_understudy/clock", json={"advance": "PT15M"})
            assert client.get("/api/agents").status_code == 200
        assert httpx.get(f"{server.url}/api/agents").headers["ratelimit-remaining"] == "1"


def test_persona_option_sets_the_persona_of_new_namespaces() -> None:
    """It also sets the persona of namespaces after a reset."""
    with running("--persona", "eliza=1.7") as server:
        settings = f"{server.url}/_understudy/settings"
        assert httpx.get(settings).json()["personas"] == {"eliza": "1.7"}
        docs = {"personas": {"eliza": "docs"}}
        assert httpx.patch(settings, json=docs).json().items() >= docs.items()
        other = f"{server.url}/_ns/other/_understudy/settings"
        assert httpx.get(other).json()["personas"] == {"eliza": "1.7"}
        httpx.post(f"{server.url}/_understudy/reset")
        assert httpx.get(settings).json()["personas"] == {"eliza": "1.7"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--persona", "eliza=2"], "eliza has no persona '2'; there are docs, 1.7"),
        (["--persona", "zep=docs"], "zep has no persona 'docs'; there is none"),
        (["--api-key", "nobody=k"], "there is no API 'nobody'; there are eliza, zep"),
        (["--rate-limit", "zep=often"], "'often' is not a rate limit: give requests and seconds"),
        (["--request-timeout", "0"], "'0' is not a number of seconds above 0"),
        (["--request-timeout", "nan"], "'nan' is not a number of seconds above 0"),
        (["--request-timeout", "-1"], "'-1' is not a number of seconds above 0"),
        (["--request-timeout", "soon"], "'soon' is not a number of seconds above 0"),
        (["--api-key", "zep"], "'zep' does not look like API=VALUE"),
    ],
)
def test_wrong_option_is_refused_at_the_start(options: list[str], message: str) -> None:
    """The server prints one sentence that says what to do, and exits with 2."""
    completed = run("serve", "--port", "0", *options)
    assert completed.returncode == 2
    assert message in completed.stderr


@pytest.mark.parametrize("persona", [{"eliza": "2"}, {"nobody": "docs"}])
def test_unknown_persona_changes_nothing(http: httpx.Client, persona: dict[str, str]) -> None:
    """404, and the response lists the known ones; the settings are unchanged."""
    response = http.patch("/_understudy/settings", json={"personas": persona})
    assert response.status_code == 404
    assert "there are eliza, zep" in response.text or "there are docs, 1.7" in response.text
    assert http.get("/_understudy/settings").json()["personas"] == {"eliza": "docs"}


def test_methods_of_any_name_are_served(tmp_path: Path) -> None:
    """Also those that httptools does not parse, in either case; others get 405."""
    text = (
        'openapi: 3.2.0\ninfo: {title: T, version: "1"}\npaths:\n  /a:\n    additionalOperations:\n'
        + "".join(
            f'      {method}: {{responses: {{"{status}": {{description: OK}}}}}}\n'
            for method, status in (("COPY", 201), ("copy", 202), ("X_Y", 204))
        )
    )
    (tmp_path / "api.yaml").write_text(text)
    with running(str(tmp_path / "api.yaml")) as server, httpx.Client(base_url=server.url) as http:
        methods = ("COPY", "copy", "X_Y", "OTHER", "GET")
        statuses = [_request(http, method) for method in methods]
        allowed = http.get("/a").headers["allow"]
    assert statuses == [201, 202, 204, 405, 405]
    assert allowed == "COPY, OPTIONS, X_Y, copy"


def _request(http: httpx.Client, method: str) -> int:
    request = http.build_request(method, "/a")
    request.method = method  # httpx writes it in capitals
    return http.send(request).status_code
