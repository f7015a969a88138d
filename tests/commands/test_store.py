"""`serve --store`: what cannot be a store is refused in a sentence."""

from __future__ import annotations

import pytest

from tests.support.server import run


@pytest.mark.parametrize("url", ["postgres://ada:hidden@db/1", "state.db", "sqlite:///"])
def test_unknown_store_is_refused(url: str) -> None:
    """The sentence says what there is, and no password."""
    ended = run("serve", "--port", "0", "--store", url)
    assert ended.returncode == 2
    assert "is no store: give memory, sqlite:///FILE or redis://HOST/NUMBER" in ended.stderr
    assert "hidden" not in ended.stderr


def test_workers_cannot_share_a_file() -> None:
    """The sentence names the store that several workers can have."""
    ended = run("serve", "--port", "0", "--store", "sqlite:///state.db", "--workers", "2")
    assert ended.returncode == 2
    assert "only one process can use sqlite:///state.db" in ended.stderr
