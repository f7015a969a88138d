"""Routing: the most exact path wins, and every undecoded segment may be a value."""

from __future__ import annotations

from time import perf_counter

import pytest

from understudy.errors import UsageError
from understudy.http.router import Router, parameter_names


def router(*routes: str) -> Router[str]:
    """A router of lines like `GET /users/{id}`, each its own target."""
    made: Router[str] = Router()
    for route in routes:
        method, path = route.split(" ")
        made.add(method, path, route)
    return made


def find(
    routes: Router[str], method: str, path: bytes
) -> tuple[str, tuple[str, ...], list[bytes]] | list[str]:
    """What the router finds, with the names of the template's parameters."""
    found = routes.find(method, path)
    if isinstance(found, list):
        return found
    target, values = found
    return target, parameter_names(target.split(" ")[1]), values


def test_a_literal_wins_over_a_parameter_in_any_order() -> None:
    """Where both paths answer a method, the more exact one does."""
    for routes in (("GET /s/{id}", "GET /s/all"), ("GET /s/all", "GET /s/{id}")):
        assert find(router(*routes), "GET", b"/s/all") == ("GET /s/all", (), [])
        assert find(router(*routes), "GET", b"/s/a%2Fb") == ("GET /s/{id}", ("id",), [b"a%2Fb"])


def test_a_parameter_takes_what_the_literal_does_not_answer() -> None:
    """`GET /s/end` is the thing called end, where only POST is special."""
    found = router("POST /s/end", "GET /s/{id}")
    assert find(found, "GET", b"/s/end") == ("GET /s/{id}", ("id",), [b"end"])
    assert find(found, "DELETE", b"/s/end") == ["POST"]


def test_a_dead_end_leads_back() -> None:
    """A literal that leads nowhere does not hide a parameter that leads on."""
    found = router("GET /a/b/c", "GET /a/{x}/d")
    assert find(found, "GET", b"/a/b/d") == ("GET /a/{x}/d", ("x",), [b"b"])
    assert find(found, "GET", b"/a/b/e") == []


def test_parts_of_a_segment() -> None:
    """`/{name}.json` and `/{a}-{b}` are matched within a segment."""
    found = router("GET /f/{name}.json", "GET /f/{a}-{b}", "GET /f/{any}")
    assert find(found, "GET", b"/f/x.json") == ("GET /f/{name}.json", ("name",), [b"x"])
    assert find(found, "GET", b"/f/1-2") == ("GET /f/{a}-{b}", ("a", "b"), [b"1", b"2"])
    assert find(found, "GET", b"/f/x") == ("GET /f/{any}", ("any",), [b"x"])


def test_no_segment_takes_long_to_divide() -> None:
    """A path made to be divided in many ways is refused at once."""
    found = router("GET /f/{a}-{b}-{c}-{d}.json")
    began = perf_counter()
    assert find(found, "GET", b"/f/" + b"-" * 2000 + b"x") == []
    assert perf_counter() - began < 0.1


def test_empty_segments_are_nothing() -> None:
    """A parameter is never empty, and a trailing slash is another path."""
    found = router("GET /s/{id}", "GET /s")
    assert find(found, "GET", b"/s/") == []
    assert find(found, "GET", b"//s") == []
    assert find(found, "GET", b"/s") == ("GET /s", (), [])


def test_two_operations_on_one_route_are_refused() -> None:
    """Serving two documents that claim the same route is an error at start."""
    with pytest.raises(UsageError, match="two operations have the route GET /a/"):
        router("GET /a/{x}", "GET /a/{y}")
