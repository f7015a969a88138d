"""The names of the checks of Schemathesis."""

from __future__ import annotations


def check_names() -> frozenset[str]:
    """Return the names of the checks; none if Schemathesis is not installed."""
    try:
        from schemathesis.checks import CHECKS, load_all_checks
    except ImportError:
        return frozenset()
    load_all_checks()
    return frozenset(CHECKS.get_all_names())
