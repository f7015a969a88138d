"""The router: the most exact path wins; values of parameters stay undecoded."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.server import ROOT
from tests.support.timeouts import PROGRAM_TIMEOUT
from understudy.errors import UsageError
from understudy.http.router import Router, parameter_names


def router(*routes: str) -> Router[str]:
    """Return a router of routes such as `GET /users/{id}`, each its own target."""
    routes_by_path: Router[str] = Router()
    for route in routes:
        method, path = route.split(" ")
        routes_by_path.add(method, path, route)
    return routes_by_path


def find(
    routes: Router[str], method: str, path: bytes
) -> tuple[str, tuple[str, ...], list[bytes]] | list[str]:
    """Return what the router finds, with the names of the template's parameters."""
    match = routes.find(method, path)
    if isinstance(match, list):
        return match
    target, values = match
    return target, parameter_names(target.split(" ")[1]), values


def test_literal_wins_over_a_parameter_in_any_order() -> None:
    """The more exact path gets the request if both have the method."""
    for routes in (("GET /s/{id}", "GET /s/all"), ("GET /s/all", "GET /s/{id}")):
        assert find(router(*routes), "GET", b"/s/all") == ("GET /s/all", (), [])
        assert find(router(*routes), "GET", b"/s/a%2Fb") == ("GET /s/{id}", ("id",), [b"a%2Fb"])


def test_parameter_gets_the_methods_that_the_literal_lacks() -> None:
    """`GET /s/end` is the resource `end` if only POST has a path of its own."""
    routes = router("POST /s/end", "GET /s/{id}")
    assert find(routes, "GET", b"/s/end") == ("GET /s/{id}", ("id",), [b"end"])
    assert find(routes, "DELETE", b"/s/end") == ["POST"]


def test_router_backtracks() -> None:
    """A literal without a match below it does not hide a parameter with one."""
    routes = router("GET /a/b/c", "GET /a/{x}/d")
    assert find(routes, "GET", b"/a/b/d") == ("GET /a/{x}/d", ("x",), [b"b"])
    assert find(routes, "GET", b"/a/b/e") == []


def test_parameter_may_be_a_part_of_a_segment() -> None:
    """`/{name}.json` and `/{a}-{b}` are matched within a segment."""
    routes = router("GET /f/{name}.json", "GET /f/{a}-{b}", "GET /f/{any}")
    assert find(routes, "GET", b"/f/x.json") == ("GET /f/{name}.json", ("name",), [b"x"])
    assert find(routes, "GET", b"/f/1-2") == ("GET /f/{a}-{b}", ("a", "b"), [b"1", b"2"])
    assert find(routes, "GET", b"/f/x") == ("GET /f/{any}", ("any",), [b"x"])


def test_no_segment_takes_long_to_match() -> None:
    """A path that could be divided in many ways is refused; to try all would take days."""
    code = (
        "from tests.http.test_router import find, router\n"
        "routes = router('GET /f/{a}-{b}-{c}-{d}.json')\n"
        "assert find(routes, 'GET', b'/f/' + b'-' * 2000 + b'x') == []"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=PROGRAM_TIMEOUT, check=True)


def test_empty_segment_matches_no_parameter() -> None:
    """A path with a slash at its end is another path."""
    routes = router("GET /s/{id}", "GET /s")
    assert find(routes, "GET", b"/s/") == []
    assert find(routes, "GET", b"//s") == []
    assert find(routes, "GET", b"/s") == ("GET /s", (), [])


def test_operations_with_the_same_route_are_refused() -> None:
    """Two documents with the same route cannot be served together."""
    with pytest.raises(UsageError, match="two operations have the route GET /a/"):
        router("GET /a/{x}", "GET /a/{y}")
