"""The comparison with released servers itself: its requests, and what it counts as a difference."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.eliza_releases.parity import recording
from tests.eliza_releases.parity.comparison import Comparison, Family, differences
from tests.eliza_releases.parity.known import KnownDifference, known
from tests.eliza_releases.parity.normalization import normalized, normalized_response
from tests.eliza_releases.parity.requests import FAMILIES, older_release
from tests.eliza_releases.servers import stand_in


@pytest.mark.parametrize(
    ("release", "persona", "families", "count"),
    [("1.7.2", "1.7", [*FAMILIES.values()], 2615), ("1.6.5", "docs", [older_release], 12)],
)
def test_stand_in_answers_as_recorded(
    release: str, persona: str, families: list[Family], count: int
) -> None:
    """It differs from the recorded answers of the released servers in known ways alone."""
    with stand_in(persona) as server:
        comparison = Comparison(None, server, recording.read(release))
        for family in families:
            family(comparison)
    assert [str(d) for d in comparison.differences if known(d, release) is None] == []
    assert comparison.count == len(comparison.recorded) == count


@pytest.mark.parametrize(
    ("released", "ours", "expected"),
    [
        ({"a": [1, 2]}, {"a": [1, 2]}, []),
        ({"a": [1, 2]}, {"a": [1, 3]}, ["GET /x /a/1: 2 | 3"]),
        ({"a": [1, 2]}, {"a": [1]}, ["GET /x /a: [1, 2] | [1]"]),
        ({"a": 1}, {"b": 1}, ["GET /x /a: 1 | -", "GET /x /b: - | 1"]),
        ({"a": 1}, {"a": True}, ["GET /x /a: 1 | true"]),
        ("text", None, ['GET /x: "text" | null']),
    ],
)
def test_differences_name_place_and_values(released: Any, ours: Any, expected: list[str]) -> None:
    """A difference has the request, the place, the released value and ours."""
    assert [str(difference) for difference in differences("GET /x", "", released, ours)] == expected


def test_normalization_replaces_values_of_a_run() -> None:
    """Identifiers, times and durations become words; other values stay."""
    value = {
        "id": "11111111-1111-4111-8111-111111111111",
        "name": "Channel 1a2b3c4d of 2026-01-02T03:04:05.678Z",
        "createdAt": 1_767_323_045_678,
        "uptime": 3.5,
        "duration": None,
        "count": 7,
    }
    assert normalized(value) == {
        "id": "<uuid>",
        "name": "Channel<id> of <time>",
        "createdAt": "<milliseconds>",
        "uptime": "<uptime>",
        "duration": None,
        "count": 7,
    }


def test_normalized_response_keeps_what_is_compared() -> None:
    """It keeps the status alone, the shape of a body, or the whole body."""
    response = httpx.Response(201, json={"name": "Ada", "rooms": [1, 2]})
    seen = {"status": 201, "type": "application/json"}
    whole = normalized_response(response, status_only=False, shape_only=False)
    assert whole == {**seen, "body": {"name": "Ada", "rooms": [1, 2]}}
    shape = normalized_response(response, status_only=False, shape_only=True)
    assert shape == {**seen, "body": {"name": "str", "rooms": ["int"]}}
    assert normalized_response(response, status_only=True, shape_only=False) == seen


def test_known_difference_covers_its_pattern() -> None:
    """It covers differences that match its pattern, and no others."""
    difference = KnownDifference("1.7.2", r"^GET /healthz? ", "not part of the API")
    assert difference.covers("GET /health /status: 200 | 404")
    assert not difference.covers("GET /api/health /status: 200 | 404")
