"""The language of mutants: its patterns of requests."""

from __future__ import annotations

import pytest

from tests.mutants.mutant import Request


@pytest.mark.parametrize(
    ("pattern", "fits", "others"),
    [
        ("GET /users/*", ("GET /users/a b", "GET /api/v2/users/a"), ("GET /users", "PUT /users/a")),
        ("GET|POST /a", ("GET /a", "POST /a"), ("GET /ab", "PATCH /a")),
        ("* /a/**", ("DELETE /a", "GET /a/b/c"), ("GET /ab",)),
        ("GET /**/c", ("GET /c", "GET /a/b/c"), ("GET /a/c/b",)),
        ("GET /{x,y-}a{,/b}", ("GET /xa", "GET /y-a/b"), ("GET /a", "GET /xa/c")),
        ("GET /a/!(b)/c", ("GET /a/x/c", "GET /a/bb/c"), ("GET /a/b/c", "GET /a/c")),
    ],
)
def test_pattern_matches_requests(
    pattern: str, fits: tuple[str, ...], others: tuple[str, ...]
) -> None:
    """A pattern is a method and a path with globs."""
    for line in (*fits, *others):
        method, _, path = line.partition(" ")
        assert Request(method, path).matches(pattern) is (line in fits), line
