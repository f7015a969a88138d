"""The check of released servers itself: which findings count as known."""

from __future__ import annotations

from tests.eliza_releases.conformance.known import Finding, KnownFinding


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
