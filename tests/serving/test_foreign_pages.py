"""Foreign pages reach nothing: not by a host name of their own, nor without an origin."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.chosen_store import POLLING, needs_memory, needs_one_worker
from tests.support.server import Server, run, running

FOREIGN = "https://evil.example"
FRONT_END = "http://localhost:5173"

SHOP = """
openapi: 3.0.3
info: {title: Shop, version: "1"}
servers:
  - url: https://{region}.shop.example:8443/v1
    variables: {region: {default: eu, enum: [eu, us]}}
paths:
  /things:
    servers: [{url: /v1}, {url: "http://[::1/"}, {url: "http://Legacy.shop.example/v1"}]
    get: {operationId: listThings, responses: {"200": {description: ok,
      content: {application/json: {example: []}}}}}
    post: {operationId: addThing, responses: {"204": {description: ok}}}
"""

#: The headers of a browser's request for an image, and of one that opens a page in a tab.
IMAGE = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
TAB = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}

SOCKET = "/socket.io/?EIO=4&transport=polling"
WEB_SOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "x3JJHMbDL1EzLkh9GBhXDw==",
}

#: Requests to everything that the server of the bundled APIs has.
EVERYTHING = [
    *(("GET", "/api/agents"), ("HEAD", "/api/agents"), ("POST", "/api/agents"), ("PURGE", "/x")),
    *(("GET", "/api/v2/users-ordered"), ("GET", "/nothing"), ("OPTIONS", "/api/agents")),
    *(("GET", "/"), ("GET", "/_understudy/console/"), ("GET", "/_understudy/specs/eliza.yaml")),
    *(("GET", "/_understudy/clock"), ("GET", "/_understudy/state"), ("GET", "/_understudy/x")),
    *(("POST", "/_understudy/reset"), ("GET", SOCKET), ("POST", f"{SOCKET}&sid=x")),
    *(("GET", "/_ns/fresh/api/agents"), ("GET", "/_ns/fresh/_understudy/health")),
]


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the document of a shop."""
    path = tmp_path_factory.mktemp("foreign") / "shop.yaml"
    path.write_text(SHOP)
    return path


@pytest.fixture(scope="module")
def shop(document: Path) -> Iterator[Server]:
    """Serve the shop on loopback."""
    with running(str(document)) as server:
        yield server


def status(server: Server, method: str, path: str, **headers: str) -> int:
    """Return the status of a request with these headers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.request(method, f"{server.url}{path}", headers=named).status_code


def reached(server: Server, headers: dict[str, str]) -> dict[tuple[str, str], int]:
    """Return the statuses of requests with these headers to everything, but 403."""
    with httpx.Client(base_url=server.url, headers=headers) as client:
        statuses = {target: client.request(*target).status_code for target in EVERYTHING}
    return {target: status for target, status in statuses.items() if status != 403}


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "LOCALHOST:1", "localhost.:3000", "app.localhost", "127.0.0.1", "127.9.9.9"),
        *("[::1]:3000", "10.0.0.1:3000", "[fe80::1]", "192.0.2.1", "host.docker.internal:3000"),
        *("host.containers.internal", "eu.shop.example", "US.shop.example:3000", ""),
        *("legacy.shop.example", "eu.shop.example."),
    ],
)
def test_known_names_are_answered(shop: Server, host: str) -> None:
    """Those of this machine, of the documents' servers, of containers, and addresses."""
    assert status(shop, "GET", "/v1/things", host=host) == 200


@pytest.mark.parametrize("site", ["none", "same-origin", "cross-site"])
def test_unknown_names_reach_nothing(server: Server, site: str) -> None:
    """A page whose name leads to this machine is of the same origin, but for its `Host`."""
    assert reached(server, {"Host": "evil.example:3000", "Sec-Fetch-Site": site}) == {}
    assert reached(server, {"Host": "evil.example:3000"}) == {}


@pytest.mark.parametrize(
    "host",
    [
        *("[", "x.shop.example", "shop.example", "eu.shop.example.evil.example", "evil@127.0.0.1"),
        *("127.0.0.1@evil.example", "127.0.0.1.evil.example", "docker.internal", "a b", "[::1"),
        *("host.docker.internal.evil.example", "host.a.b.internal", "localhost:80:80", "x" * 5000),
    ],
)
def test_names_are_compared_as_a_whole(shop: Server, host: str) -> None:
    """Names that only contain a known one, and texts that are no names, are refused."""
    assert status(shop, "GET", "/v1/things", host=host) == 403


def test_refusal_says_which_option_allows_the_name(document: Path) -> None:
    """The option that it names does so."""
    with running(str(document)) as server:
        response = httpx.get(f"{server.url}/v1/things", headers={"Host": "mock.test:3000"})
        assert response.json()["violations"][0]["at"] == "/Host"
        option = "--cors loopback,http://mock.test:3000"
        assert f"understudy serve {option}" in response.json()["detail"]
    with running(*option.split(), str(document)) as server:
        for host, expected in (("mock.test:3000", 200), ("MOCK.test", 200), ("mock.test.x", 403)):
            assert status(server, "GET", "/v1/things", host=host) == expected
        assert status(server, "GET", "/_understudy/clock", host="mock.test:3000") == 403


@pytest.mark.parametrize("options", [["--cors", "*"], ["--host", "0.0.0.0"]])  # noqa: S104
def test_servers_for_everybody_have_any_name(document: Path, options: list[str]) -> None:
    """The APIs and the pages; the control API has its own rule."""
    with running(*options, str(document)) as server:
        paths = ("/v1/things", "/", "/_understudy/clock")
        assert [status(server, "GET", p, host="evil.example") for p in paths] == [200, 200, 403]


def test_token_opens_the_control_api_alone_under_any_name(document: Path) -> None:
    """Whoever has it is no foreign page; a namespace is made only with it."""
    with running("--token", "s3cret", str(document)) as server:
        for token, expected in (("s3cret", 200), ("wrong", 403)):
            headers = {"host": "evil.example", "x_understudy_token": token}
            control = f"/_ns/{token}/_understudy/clock"
            assert status(server, "GET", control, **headers) == expected
            assert status(server, "GET", "/v1/things", **headers) == 403
        listed = httpx.get(
            f"{server.url}/_understudy/namespaces", headers={"X-Understudy-Token": "s3cret"}
        )
        assert {each["name"] for each in listed.json()} == {"default", "s3cret"}


@pytest.mark.parametrize(
    "headers",
    [
        IMAGE,
        {**IMAGE, "Referer": f"{FOREIGN}/page"},
        {**IMAGE, "Referer": "http://localhost:1@evil.example/"},
        {**IMAGE, "Referer": "http://["},
        {**TAB, "Sec-Fetch-Dest": "iframe"},
        {"Origin": FOREIGN},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": FOREIGN, "Sec-Fetch-Site": "same-site"},
    ],
)
def test_pages_of_other_sites_reach_nothing(server: Server, headers: dict[str, str]) -> None:
    """Not by images, frames, forms or requests whose response they cannot read."""
    assert reached(server, headers) == {}


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": FOREIGN}, IMAGE])
def test_web_sockets_of_other_sites_are_refused(server: Server, headers: dict[str, str]) -> None:
    """The handshake is 403."""
    url = f"{server.url}/socket.io/?EIO=4&transport=websocket"
    assert httpx.get(url, headers={**WEB_SOCKET, **headers}).status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        *(("GET", "/", 200), ("GET", "/_understudy/console/", 200)),
        *(
            ("GET", "/_understudy/reference/shop/", 200),
            ("GET", "/_understudy/specs/shop.yaml", 200),
        ),
        *(("GET", "/v1/things", 403), ("POST", "/", 403), ("POST", "/v1/things", 403)),
        ("GET", "/_understudy/state", 403),
        pytest.param(
            *("GET", "/_ns/fresh/_understudy/console/", 403),
            marks=needs_memory("in a database, pages make no namespace"),
        ),
    ],
)
def test_links_of_other_sites_lead_to_pages_only(
    shop: Server, method: str, path: str, expected: int
) -> None:
    """To pages for people, of namespaces that exist."""
    named = {name.replace("-", "_"): value for name, value in TAB.items()}
    assert status(shop, method, path, **named) == expected
    assert "fresh" not in httpx.get(f"{shop.url}/_understudy/namespaces").text


def test_home_lists_namespaces_after_a_link(shop: Server) -> None:
    """The person who followed it may see them."""
    assert "the control API is" not in httpx.get(f"{shop.url}/", headers=TAB).text


@pytest.mark.parametrize(
    ("options", "permitted", "refused"),
    [
        ([], [f"{FRONT_END}/page", "http://[::1]:5/"], [f"{FOREIGN}/", ""]),
        (["--cors", f"{FOREIGN}"], [f"{FOREIGN}/"], [f"{FRONT_END}/page", ""]),
        (["--cors", "*"], [f"{FOREIGN}/", ""], []),
    ],
)
def test_images_of_permitted_pages_are_answered(
    document: Path, options: list[str], permitted: list[str], refused: list[str]
) -> None:
    """A request without `Origin` comes from the page that `Referer` names."""
    with running(*options, str(document)) as server:
        for referer in (*permitted, *refused):
            response = httpx.get(f"{server.url}/v1/things", headers={**IMAGE, "Referer": referer})
            assert response.status_code == (200 if referer in permitted else 403)


@needs_one_worker(POLLING)
def test_preflight_and_socket_have_one_permission(server: Server) -> None:
    """Socket.IO has the same headers of CORS as the APIs, once each."""
    url = f"{server.url}{SOCKET}"
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-a"}
    for origin, expected in ((FRONT_END, (204, 200)), (FOREIGN, (403, 403))):
        preflight = httpx.options(url, headers={"Origin": origin, **asked})
        response = httpx.get(url, headers={"Origin": origin})
        assert (preflight.status_code, response.status_code) == expected
        allowed = [origin] if origin == FRONT_END else []
        for answer in (preflight, response):
            assert answer.headers.get_list("access-control-allow-origin") == allowed
    own = httpx.get(url, headers={"Origin": server.url}).headers
    assert not [name for name in own if name.startswith("access-control-")]


@pytest.mark.parametrize("content", [b"s3cret\n", b"s3cret\r\n"])
def test_token_comes_from_a_file(tmp_path: Path, document: Path, content: bytes) -> None:
    """A newline at its end is not part of it; it wins over the environment."""
    path = tmp_path / "token"
    path.write_bytes(content)
    with running("--token-file", str(path), str(document)) as server:
        clock = "/_understudy/clock"
        assert status(server, "GET", clock) == 403
        assert status(server, "GET", clock, x_understudy_token="s3cret") == 200  # noqa: S106


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"", "the token is empty, or has characters that no header can carry"),
        (b"a\nb\n", "the token is empty, or has characters"),
        (b" s3cret\n", "the token is empty, or has characters"),
        (b"\xff\n", "the token is empty, or has characters"),
        (b"x" * 20_000, "the token is longer than 8000 characters"),
    ],
)
def test_wrong_token_file_is_told(tmp_path: Path, content: bytes | None, message: str) -> None:
    """One sentence names the file; the exit status is 2."""
    path = tmp_path / "token"
    if content is not None:
        path.write_bytes(content)
    completed = run("serve", "--port", "0", "--token-file", str(path))
    assert completed.returncode == 2
    assert completed.stderr.startswith(f"understudy: --token-file {path}")
    assert message in completed.stderr
    assert len(completed.stderr.splitlines()) == 1


def test_token_comes_from_one_option() -> None:
    """The two options exclude each other."""
    completed = run("serve", "--token", "a", "--token-file", "b")
    assert completed.returncode == 2
    assert "not allowed with argument --token" in completed.stderr


def test_token_comes_from_the_environment(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the server and the client in Python; an empty variable is refused."""
    from understudy.client import ControlClient

    monkeypatch.setenv("UNDERSTUDY_TOKEN", "s3cret")
    with running(str(document)) as server:
        assert status(server, "GET", "/_understudy/settings") == 403
        control = ControlClient(server.url)
        control.reset()
        control.close()
    with running("--token", "other", str(document)) as server:
        headers = {"X-Understudy-Token": "other"}
        assert httpx.get(f"{server.url}/_understudy/health", headers=headers).is_success
    monkeypatch.setenv("UNDERSTUDY_TOKEN", "")
    completed = run("serve", "--port", "0", str(document))
    assert completed.returncode == 2
    assert "understudy: UNDERSTUDY_TOKEN: the token is empty" in completed.stderr
