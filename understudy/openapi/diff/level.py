"""Levels of changes: what they mean for a client of the old document."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """What a change means for a client of the old document: it can fail; it may depend on what has
    changed; or neither. The worst is the first."""

    BREAKING = "breaking"
    RISKY = "risky"
    HARMLESS = "harmless"

    def reaches(self, threshold: Level) -> bool:
        """Return whether this is at least as bad as another level."""
        levels = list(Level)
        return levels.index(self) <= levels.index(threshold)


def breaking_if(condition: bool) -> Level:
    """Return BREAKING or HARMLESS."""
    return Level.BREAKING if condition else Level.HARMLESS


def risky_if(condition: bool) -> Level:
    """Return RISKY or HARMLESS."""
    return Level.RISKY if condition else Level.HARMLESS
