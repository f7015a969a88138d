"""The base paths of servers."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.openapi.servers.server_urls import base_paths


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ({"url": "https://a.example/v1/"}, ("/v1",)),
        ({"url": "/{v}", "variables": {"v": {"enum": ["a", "b"]}}}, ("/a", "/b")),
        ({"url": "/{v}", "variables": {"v": {"default": "b", "enum": ["a", "b"]}}}, ("/b", "/a")),
        ({"url": "/{v}/x", "variables": {"v": {"default": "b"}}}, ("/b/x",)),
        ({"url": "/{tenant}/x"}, ("/tenant/x",)),
        ({"url": ""}, ("",)),
    ],
)
def test_base_paths_of_a_server(server: dict[str, Any], expected: tuple[str, ...]) -> None:
    """Without a default the values of `enum` count; what is not declared stands for its name."""
    assert base_paths([server]) == expected
