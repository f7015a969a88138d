"""The personas of the stand-in, and the one place that tells them apart."""

from __future__ import annotations

from understudy import HookContext, World

REFERENCE = "docs"
RELEASE = "1.7"

#: The default one first.
PERSONAS = (REFERENCE, RELEASE)


def is_release(source: World | HookContext) -> bool:
    """Return whether the persona is @elizaos/server 1.7.2; the other one is the published
    reference."""
    return source.persona == RELEASE
