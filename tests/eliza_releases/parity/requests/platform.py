"""The server itself, paths without an operation, and malformed requests."""

from __future__ import annotations

from tests.eliza_releases.parity.comparison import Comparison
from tests.eliza_releases.parity.requests.common import MESSAGING, SESSIONS

_SERVER = "/api/server"
_SYSTEM = "/api/system"


def platform(compare: Comparison) -> None:
    """Read the state, logs and settings of the server; send what no operation takes."""
    compare.get(f"{_SERVER}/ping", f"{_SERVER}/hello", f"{_SERVER}/status")
    compare.get(f"{_SERVER}/health", f"{_SERVER}/debug/servers", shape_only=True)
    compare("GET", f"{_SERVER}/servers")
    compare("GET", f"{_SERVER}/logs", shape_only=True)
    compare.each("POST", f"{_SERVER}/logs", [{}, {"level": "nope"}], shape_only=True)
    compare("DELETE", f"{_SERVER}/logs")
    compare.get(f"{_SYSTEM}/version", f"{_SYSTEM}/config", shape_only=True)
    compare("GET", f"{_SYSTEM}/env/local", status_only=True)
    compare("GET", f"{_SYSTEM}/environment/local")
    _unknown_paths(compare)
    compare("POST", SESSIONS, content=b"{", headers={"content-type": "application/json"})
    compare("POST", SESSIONS, content=b"a=b", headers={"content-type": "text/plain"})
    compare("GET", "/api/agents/%E0%A4%A")


def _unknown_paths(compare: Comparison) -> None:
    compare("GET", "/api/nothing")
    compare("POST", "/api/nothing", {})
    compare("GET", f"{MESSAGING}/nothing")
    compare.get("/health", "/healthz", shape_only=True)
