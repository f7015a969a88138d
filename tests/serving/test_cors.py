"""CORS: pages of this machine may call the APIs; other sites get no answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.server import Server, run, running
from understudy.stand_in import StandInServer

FRONT_END = "http://localhost:5173"
FOREIGN = "https://evil.example"

#: Every header of CORS begins so.
_PREFIX = "access-control-"

SHOP = """
openapi: 3.0.3
info: {title: Shop, version: "1"}
security: [{}, {key: []}]
components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Shop-Key}}}
paths:
  /things:
    get: {operationId: listThings, responses: {"200": {description: ok,
      content: {application/json: {example: []}}}}}
    put: {operationId: putThings, responses: {"204": {description: ok}}}
    post: {operationId: addThing, responses: {"204": {description: ok}}}
  /things/{id}:
    delete: {operationId: deleteThing, parameters: [{name: id, in: path, required: true,
      schema: {type: string}}], responses: {"204": {description: ok}}}
  /things/new:
    patch: {operationId: changeThing, responses: {"204": {description: ok}}}
  /options:
    options: {operationId: getOptions, responses: {"200": {description: ok,
      content: {application/json: {example: declared}}}}}
"""


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the document of a shop."""
    path = tmp_path_factory.mktemp("cors") / "shop.yaml"
    path.write_text(SHOP)
    return path


@pytest.fixture(scope="module")
def shop_server(document: Path) -> Iterator[Server]:
    """Serve the shop to its key alone, and to 100 requests."""
    options = ("--api-key", "shop=k", "--rate-limit", "shop=100/900")
    with running(*options, str(document)) as server:
        yield server


@pytest.fixture
def client(shop_server: Server, request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """Open a client in a namespace of the test's own."""
    with httpx.Client(base_url=f"{shop_server.url}/_ns/{abs(hash(request.node.name))}") as client:
        client.get("/_understudy/health")
        yield client


def cors(response: httpx.Response) -> dict[str, str]:
    """Return the CORS headers of a response, without their common prefix."""
    headers = response.headers.multi_items()
    return {n.removeprefix(_PREFIX): v for n, v in headers if n.startswith(_PREFIX)}


def preflight(
    client: httpx.Client, path: str, method: str, origin: str = FRONT_END, **headers: str
) -> httpx.Response:
    """Send a preflight."""
    requested = {"Origin": origin, "Access-Control-Request-Method": method, **headers}
    return client.options(path, headers=requested)


@pytest.mark.parametrize(
    ("path", "method", "allowed"),
    [
        ("/things", "PUT", "GET, HEAD, POST, PUT"),
        ("/things", "GET", "GET, HEAD, POST, PUT"),
        ("/things", "DELETE", "GET, HEAD, POST, PUT"),
        ("/things/t1", "DELETE", "DELETE"),
        ("/things/new", "PATCH", "PATCH"),
        ("/things/new", "DELETE", "DELETE, PATCH"),
        ("/options", "OPTIONS", "OPTIONS"),
        ("/nothing", "PUT", "PUT"),
    ],
)
def test_preflight_has_the_methods_of_the_path(
    client: httpx.Client, path: str, method: str, allowed: str
) -> None:
    """Without a key, it is answered, and it is no request in the journal."""
    asked = {"Access-Control-Request-Headers": "content-type,x-mine"}
    response = preflight(client, path, method, **asked)
    assert (response.status_code, response.content) == (204, b"")
    assert cors(response) == {
        "allow-origin": FRONT_END,
        "allow-credentials": "true",
        "allow-methods": allowed,
        "allow-headers": "content-type,x-mine",
        "max-age": "600",
    }
    assert "Origin" in response.headers["vary"]
    assert client.get("/_understudy/requests/count").json() == {"count": 0}


@pytest.mark.parametrize(
    "origin",
    [
        *("http://localhost", "https://localhost:8443", "http://app.localhost:3"),
        *("http://127.0.0.1:1", "http://127.3.2.1", "http://[::1]:5173"),
    ],
)
def test_origins_of_this_machine_are_permitted(client: httpx.Client, origin: str) -> None:
    """Of either scheme and any port."""
    response = client.get("/things", headers={"Origin": origin, "X-Shop-Key": "k"})
    assert cors(response)["allow-origin"] == origin
    assert response.headers["vary"] == "Origin"


@pytest.mark.parametrize(
    "origin",
    [
        *(FOREIGN, "null", "http://localhost.evil.example", "http://evillocalhost"),
        *("http://10.0.0.1", "ftp://localhost", "http://localhost:5173@evil.example", "x:[", "*"),
        *("http://evil@localhost", "http://localhost/path"),
    ],
)
def test_other_origins_get_nothing(client: httpx.Client, origin: str) -> None:
    """No header of CORS, and 403."""
    headers = {"Origin": origin, "X-Shop-Key": "k"}
    read = client.get("/things", headers=headers)
    asked = preflight(client, "/things", "PUT", origin)
    simple = client.post("/things", content="x", headers={**headers, "Content-Type": "text/plain"})
    control = client.post("/_understudy/reset", headers={"Origin": origin})
    for response in (read, asked, simple, control):
        assert (response.status_code, cors(response)) == (403, {})
    assert f"understudy serve --cors {origin}" in simple.json()["detail"]
    assert client.get("/_understudy/requests/count").json() == {"count": 0}


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "PURGE"])
def test_cross_site_requests_without_an_origin_change_nothing(
    client: httpx.Client, method: str
) -> None:
    """`Sec-Fetch-Site` says where they come from; those of other sites are refused."""
    statuses = [
        client.request(method, "/nothing", headers={"Sec-Fetch-Site": site}).status_code
        for site in ("cross-site", "same-site", "same-origin", "none")
    ]
    assert statuses == [403, 404, 404, 404]


def test_foreign_pages_make_no_namespaces(shop_server: Server) -> None:
    """Else they could evict those of others."""
    names = ("default", f"fresh-{id(shop_server)}")
    urls = [f"{shop_server.url}/_ns/{name}/things" for name in names]
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": FOREIGN}):
        assert [httpx.get(url, headers=headers).status_code for url in urls] == [403, 403]
        control = urls[1].replace("/things", "/_understudy/health")
        assert httpx.get(control, headers=headers).status_code == 403
    assert names[1] not in httpx.get(f"{shop_server.url}/_understudy/namespaces").text
    assert httpx.get(urls[1], headers={"Origin": FRONT_END}).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "key", "status"),
    [
        ("GET", "/things", "k", 200),
        ("HEAD", "/things", "k", 200),
        ("PUT", "/things", "k", 204),
        ("GET", "/things", "wrong", 401),
        ("GET", "/nothing", "k", 404),
        ("TRACE", "/things", "k", 405),
        ("OPTIONS", "/options", "k", 200),
        ("OPTIONS", "/things", "k", 204),
    ],
)
def test_every_response_has_the_permission(
    client: httpx.Client, method: str, path: str, key: str, status: int
) -> None:
    """Errors too; pages can read the headers of the rate limit."""
    response = client.request(method, path, headers={"Origin": FRONT_END, "X-Shop-Key": key})
    assert response.status_code == status
    permission = cors(response)
    exposed = permission.pop("expose-headers", "").split(", ")
    assert permission == {"allow-origin": FRONT_END, "allow-credentials": "true"}
    assert path == "/nothing" or "ratelimit-remaining" in exposed
    assert "content-type" not in exposed


def test_faults_and_limits_have_the_permission(client: httpx.Client) -> None:
    """Pages see the status of an injected error, and when to try again."""
    headers = {"Origin": FRONT_END, "X-Shop-Key": "k"}
    fault = {"when": {"operation": "listThings"}, "then": {"status": 503}}
    assert client.post("/_understudy/faults", json=fault).status_code == 201
    response = client.get("/things", headers=headers)
    assert (response.status_code, cors(response)["allow-origin"]) == (503, FRONT_END)
    while response.status_code != 429:
        response = client.put("/things", headers=headers)
    assert "retry-after" in cors(response)["expose-headers"]


def test_own_pages_need_no_permission(client: httpx.Client, shop_server: Server) -> None:
    """Pages of the server itself, behind a proxy too, use the APIs and the control API."""
    same = {"Origin": shop_server.url}
    proxied = {"Origin": "https://mock.example", "Sec-Fetch-Site": "same-origin"}
    for headers in (same, proxied):
        response = client.put("/things", headers={**headers, "X-Shop-Key": "k"})
        assert (response.status_code, cors(response)) == (204, {})
    assert client.post("/_understudy/reset", headers=same).status_code == 200


@pytest.mark.parametrize("options", [[], ["--cors", "*"]])
def test_control_api_gives_no_permission(document: Path, options: list[str]) -> None:
    """Not to front ends of this machine either, nor where all origins may call the APIs."""
    with running(*options, str(document)) as server, httpx.Client(base_url=server.url) as client:
        for response in (
            client.get("/_understudy/state", headers={"Origin": FRONT_END}),
            client.post("/_understudy/reset", headers={"Origin": FRONT_END}),
            preflight(client, "/_understudy/reset", "POST"),
        ):
            assert (response.status_code, cors(response)) == (403, {})
        for page in ("/_understudy/specs/shop.yaml", "/_understudy/console"):
            assert cors(client.get(page, headers={"Origin": FRONT_END})) == {}


@pytest.mark.parametrize(
    ("options", "banner", "permitted", "refused"),
    [
        (["*"], "pages of any origin may call", [FOREIGN, "null", FRONT_END], []),
        (
            ["HTTPS://App.example:443", "null,loopback"],
            "pages of this machine, https://app.example, null may call",
            ["https://app.example", "null", FRONT_END],
            [FOREIGN, "http://app.example"],
        ),
        ([FOREIGN], f"pages of {FOREIGN} may call", [FOREIGN], [FRONT_END]),
        (["off"], "off, only pages of the server itself", [], [FOREIGN, FRONT_END]),
    ],
)
def test_option_says_who_is_permitted(
    document: Path, options: list[str], banner: str, permitted: list[str], refused: list[str]
) -> None:
    """The banner has it in words."""
    arguments = [word for option in options for word in ("--cors", option)]
    with running(*arguments, str(document)) as server:
        assert f"CORS: {banner}" in server.banner
        for origin in (*permitted, *refused):
            response = httpx.put(f"{server.url}/things", headers={"Origin": origin})
            assert cors(response).get("allow-origin") == (origin if origin in permitted else None)
            assert response.status_code == (204 if origin in permitted else 403)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("localhost:5173", "'localhost:5173' is not an origin: give a scheme, a host"),
        ("http://localhost:5173/", "'http://localhost:5173/' is not an origin"),
        ("http://app.example:70000", "is not an origin"),
        ("https://*.app.example", "is not an origin"),
        ("", "'' is not an origin"),
        ("off,http://app.example", "`off` allows no origin, so it cannot stand beside others"),
    ],
)
def test_wrong_origin_is_refused_at_the_start(option: str, message: str) -> None:
    """One sentence says what an origin looks like; the exit status is 2."""
    completed = run("serve", "--port", "0", "--cors", option)
    assert completed.returncode == 2
    assert "--cors: " in completed.stderr
    assert message in completed.stderr


def test_eliza_has_the_headers_of_its_released_server(server: Server) -> None:
    """One list of methods and headers for all paths, and nothing exposed."""
    with httpx.Client(base_url=server.url) as client:
        asked = {"Access-Control-Request-Headers": "x-api-key,x-understudy-namespace"}
        assert cors(preflight(client, "/api/agents", "POST", **asked)) == {
            "allow-origin": FRONT_END,
            "allow-credentials": "true",
            "allow-methods": "GET,POST,PUT,DELETE,PATCH,OPTIONS",
            "allow-headers": "Content-Type,Authorization,X-API-KEY,x-understudy-namespace",
        }
        response = client.get("/api/agents", headers={"Origin": FRONT_END})
        assert cors(response) == {"allow-origin": FRONT_END, "allow-credentials": "true"}


@pytest.mark.parametrize(
    ("extension", "origin", "expected"),
    [
        ("{origins: '*', credentials: false}", FOREIGN, {"allow-origin": "*"}),
        (
            "{origins: ['https://evil.example'], exposedHeaders: [X-Total]}",
            FOREIGN,
            {"allow-origin": FOREIGN, "allow-credentials": "true", "expose-headers": "X-Total"},
        ),
        ("{origins: 'off'}", FRONT_END, {}),
    ],
)
def test_document_says_who_is_permitted(
    tmp_path: Path, extension: str, origin: str, expected: dict[str, str]
) -> None:
    """Unless the server's option does."""
    path = tmp_path / "shop.yaml"
    path.write_text(f"{SHOP}\nx-understudy-cors: {extension}\n")
    with running(str(path)) as server:
        assert cors(httpx.get(f"{server.url}/things", headers={"Origin": origin})) == expected
    with running("--cors", "https://app.example", str(path)) as server:
        assert cors(httpx.get(f"{server.url}/things", headers={"Origin": origin})) == {}


@pytest.mark.parametrize(
    ("extension", "message"),
    [
        ("5", "#/x-understudy-cors: is not an object"),
        ("{origin: '*'}", "#/x-understudy-cors/origin: is not one of origins, methods"),
        ("{origins: [x]}", "#/x-understudy-cors/origins: 'x' is not an origin"),
        ("{methods: 'GE T'}", "#/x-understudy-cors/methods: 'GE T' is not the name"),
        ("{headers: [5]}", "#/x-understudy-cors/headers: is neither a text nor a list"),
        ("{credentials: 1}", "#/x-understudy-cors/credentials: is not a boolean"),
        ("{maxAge: true}", "#/x-understudy-cors/maxAge: is not a whole number"),
    ],
)
def test_wrong_extension_is_told(tmp_path: Path, extension: str, message: str) -> None:
    """By `lint` and by `serve`."""
    path = tmp_path / "shop.yaml"
    path.write_text(f"{SHOP}\nx-understudy-cors: {extension}\n")
    assert message in run("lint", str(path)).stdout
    assert message in run("serve", "--port", "0", str(path)).stderr


def test_stand_in_of_a_test_session_has_the_rule(document: Path) -> None:
    """In the process of the tests, too, where the control API has no rule of its own."""
    stand_in = StandInServer.open(document, in_process=True)
    with httpx.Client(base_url=stand_in.origin, transport=stand_in.transport) as client:
        for origin in (FRONT_END, FOREIGN):
            permission = {FRONT_END} if origin == FRONT_END else set()
            response = client.get("/things", headers={"Origin": origin})
            assert {*response.headers.get_list("access-control-allow-origin")} == permission
            response = client.post("/_understudy/reset", headers={"Origin": origin})
            assert (response.status_code, cors(response)) == (403, {})
    stand_in.close()


@pytest.mark.parametrize("origin", [FRONT_END, FOREIGN])
def test_socketio_follows_the_permission(server: Server, origin: str) -> None:
    """A page of another site opens no connection, not even by GET."""
    url = f"{server.url}/socket.io/?EIO=4&transport=polling"
    response = httpx.get(url, headers={"Origin": origin})
    assert response.status_code == (200 if origin == FRONT_END else 403)
    assert response.headers.get_list("access-control-allow-origin") == (
        [FRONT_END] if origin == FRONT_END else []
    )
