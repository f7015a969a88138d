"""The paths of pages: the app sends requests for them to Flask."""

from __future__ import annotations

import pytest

from tests.support.server import ROOT
from understudy.openapi.contract import Contract
from understudy.serving.api import Api
from understudy.web import WebPages
from understudy.web.app import counted, create_pages


def test_serves_knows_every_route_of_flask() -> None:
    """A new page needs no change outside of understudy.web."""
    pages = create_pages([Api(Contract.load(ROOT / "specs/zep.yaml"))])
    routes = [route.rule for route in pages.url_map.iter_rules()]
    assert len(routes) > 15
    assert [r for r in routes if not WebPages.serves(r.partition("<")[0].encode())] == []


@pytest.mark.parametrize("path", ["/api/agents", "/_understudy/requests", "/_understudyx", "//"])
def test_serves_leaves_all_other_paths_to_the_apis(path: str) -> None:
    """Paths of the control API are left to it, too."""
    assert not WebPages.serves(path.encode())


def test_counted_has_the_plural() -> None:
    """Pages say "1 operation", and "2 operations"."""
    assert [counted(n, "operation") for n in (0, 1, 2)] == [
        "0 operations",
        "1 operation",
        "2 operations",
    ]
