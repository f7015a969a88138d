"""HTTPS: a certificate that is made at the start, or one's own."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
import requests
import trustme

from tests.support.documents import PETSTORE
from tests.support.server import Server, run, running
from tests.support.socketio_client import SocketIOClient
from tests.support.timeouts import PROGRAM_TIMEOUT, TIMEOUT
from understudy.stand_in import StandInServer

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # zep-cloud uses deprecated parts of pydantic
    from zep_cloud.client import Zep

_REQUEST = b"GET /_understudy/ready HTTP/1.1\r\nhost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with TLS, and the certificate of its authority in the file `ca.pem`."""
    authority = tmp_path_factory.mktemp("tls") / "ca.pem"
    with running("--tls", "--tls-ca", str(authority)) as running_server:
        yield running_server
    assert authority.exists()


def authority_of(server: Server) -> str:
    """Return the file that the banner names."""
    match = re.search(r"--cacert (\S+)", server.banner)
    assert match
    return match[1]


def context_of(server: Server) -> ssl.SSLContext:
    """Return a context that trusts the server's authority, and nothing else."""
    return ssl.create_default_context(cafile=authority_of(server))


def connected(server: Server) -> ssl.SSLSocket:
    """Return a connection to a server that offers HTTP/2 too."""
    context = context_of(server)
    context.set_alpn_protocols(["h2", "http/1.1"])
    raw = socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), TIMEOUT)
    return context.wrap_socket(raw, server_hostname="localhost")


def test_clients_verify_the_certificate(server: Server) -> None:
    """httpx, requests, the Zep client and the banner's own command do, by any name of the server;
    the pages show addresses with https."""
    authority, context = authority_of(server), context_of(server)
    with httpx.Client(verify=context) as client:
        zep = Zep(api_key="k", base_url=f"{server.url}/api/v2", httpx_client=client)
        assert zep.user.add(user_id="u1").user_id == "u1"
        assert f"{server.url}/api/v2" in client.get(server.url).text
        for export in ("curl", "har"):
            text = client.get(f"{server.url}/_understudy/requests/{export}").text
            assert f"{server.url}/api/v2/users" in text
        host = server.url.replace("127.0.0.1", "localhost")
        assert client.get(f"{host}/_understudy/ready").json() == {"status": "ready"}
        page = client.get(f"{host}/_understudy/ready", headers={"Origin": host})
        assert page.status_code == 200
    assert requests.get(f"{server.url}/_understudy/ready", verify=authority, timeout=TIMEOUT).ok
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url)
    command = server.banner.splitlines()[-1].removeprefix("Try: ")
    assert '"status":"ok"' in subprocess.check_output(command, shell=True, text=True)  # noqa: S602


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")
def test_node_verifies_the_certificate_by_its_variable(server: Server) -> None:
    """It is one of the variables that the banner sets."""
    assert f"NODE_EXTRA_CA_CERTS={authority_of(server)}" in server.banner
    program = f"fetch('{server.url}/_understudy/ready').then(r => r.text()).then(console.log)"
    completed = subprocess.run(
        ["node", "-e", program],
        env={**os.environ, "NODE_EXTRA_CA_CERTS": authority_of(server)},
        capture_output=True,
        text=True,
        timeout=PROGRAM_TIMEOUT,
        check=False,
    )
    assert completed.stdout == '{"status":"ready"}\n', completed.stderr


def test_socketio_is_served_by_tls(server: Server) -> None:
    """A client of Socket.IO connects by a web socket; one that polls gets a session, too."""
    client = SocketIOClient(
        websocket_extra_options={"sslopt": {"ca_certs": authority_of(server)}},
    )
    client.connect(server.url, transports=["websocket"])
    assert client.connected
    client.disconnect()
    poll = f"{server.url}/socket.io/?EIO=4&transport=polling"
    assert '"sid":' in httpx.get(poll, verify=context_of(server)).text


def test_limits_hold_with_tls(server: Server) -> None:
    """Requests that are sent at once are answered in turn, a head that is too large is refused, and
    the protocol is HTTP/1.1."""
    with closing(connected(server)) as connection:
        assert connection.selected_alpn_protocol() == "http/1.1"
        connection.sendall(_REQUEST * 300)
        received = b""
        while received.count(b"HTTP/1.1 200") < 300:
            received += connection.recv(65_536)
    with closing(connected(server)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nhost: localhost\r\nx: " + b"a" * 200_000)
        received = b""
        while piece := connection.recv(65_536):
            received += piece
        assert received.startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize("how", ["close", "reset"])
def test_fault_cuts_a_connection_with_tls(server: Server, how: str) -> None:
    """The client gets no response."""
    with httpx.Client(base_url=f"{server.url}/_ns/{how}", verify=context_of(server)) as client:
        client.post("/_understudy/faults", json={"then": {"connection": how}, "times": 1})
        headers = {"Authorization": "Api-Key k"}
        with pytest.raises(httpx.TransportError):
            client.get("/api/v2/threads", headers=headers)
        assert client.get("/api/v2/threads", headers=headers).status_code == 200


def test_server_with_workers_stops_with_open_connections(tmp_path: Path) -> None:
    """Each worker has the certificate, and no client that keeps its connection open makes the stop
    fail; then the file that was made for clients is gone, but not while a worker is replaced."""
    with running("--tls", "--workers", "2", "--unshared") as server:
        authority = authority_of(server)
        connections = [connected(server) for _ in range(4)]
        for connection in connections:
            connection.sendall(_REQUEST)
            assert connection.recv(100).startswith(b"HTTP/1.1 200")
        silent = socket.create_connection(connections[0].getpeername())
        assert Path(authority).exists()
    assert not Path(authority).exists()
    for each in (*connections, silent):
        each.close()


def test_certificate_of_ones_own_is_served(tmp_path: Path) -> None:
    """The certificate and the key come from files; `StandInServer` reads the address."""
    authority = trustme.CA()
    made = authority.issue_cert("127.0.0.1")
    made.private_key_pem.write_to_path(tmp_path / "key.pem")
    made.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    options = ["--tls-cert", str(tmp_path / "cert.pem"), "--tls-key", str(tmp_path / "key.pem")]
    server = StandInServer.open(None, options)
    try:
        context = ssl.create_default_context(cafile=tmp_path / "ca.pem")
        assert server.origin.startswith("https://127.0.0.1:")
        assert httpx.get(f"{server.origin}/_understudy/ready", verify=context).status_code == 200
    finally:
        server.close()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--tls-cert", "none.pem"], "none.pem cannot be read: No such file or directory"),
        (["--tls-cert", "text.pem"], "text.pem cannot be used for TLS: "),
        (["--tls-key", "text.pem"], "--tls-key needs the certificate of that key"),
        (["--tls", "--tls-ca", "none/ca.pem"], "--tls-ca none/ca.pem cannot be written: "),
    ],
)
def test_options_that_do_not_fit_are_one_sentence(
    options: list[str], message: str, tmp_path: Path
) -> None:
    """The sentence names the file or the option."""
    (tmp_path / "text.pem").write_text("no certificate")
    (tmp_path / "shop.yaml").write_text(PETSTORE)
    refused = run("serve", "--port", "0", *options, "shop.yaml", cwd=tmp_path)
    assert refused.returncode == 2
    assert message in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
