"""The check of released servers itself: its portions, and which findings count as known."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from tests.eliza_releases.conformance.known import Finding, KnownFinding
from tests.eliza_releases.conformance.portions import portions
from understudy.serving.project import find_contract


def test_portions_of_shape_cover_every_operation_once() -> None:
    """No operation is checked twice, and none is left out."""
    options = [portion.options for portion in portions("shape")]
    names = Counter(
        name for words in options for option, name in pairwise(words) if option == "--only"
    )
    assert names == Counter(operation.id for operation in find_contract("eliza").operations)
    assert max(words.count("--only") for words in options) == 6


def test_known_finding_covers_release_operation_rule_and_words() -> None:
    """A finding that differs in one of them is unknown."""
    known = KnownFinding("1.7.2", "createJob createAgent", "not_a_server_error", "500", "why")
    finding: Finding = {
        "operation": "createJob",
        "rule": "not_a_server_error",
        "title": "Server error",
        "message": "500",
        "exchanges": [],
    }
    assert known.covers("1.7.2", finding)
    assert not known.covers("1.6.5", finding)
    for field in ("operation", "rule", "message"):
        assert not known.covers("1.7.2", {**finding, field: "other"})
