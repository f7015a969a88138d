"""Limits on what a client sends that a schema cannot express, with the server's own words."""

from __future__ import annotations

from typing import Any

from understudy import Problem

from ._javascript import json_length, utf16_length

LONGEST_CONTENT = 4000
LARGEST_METADATA = 10 * 1024


def check_metadata(metadata: Any) -> None:
    """Objects and lists may be so long, written as JSON; the server counts UTF-16 units, and says
    bytes."""
    if isinstance(metadata, dict | list) and json_length(metadata) > LARGEST_METADATA:
        reason = f"Metadata exceeds maximum size of {LARGEST_METADATA} bytes"
        details = {"reason": reason, "providedMetadata": metadata}
        raise Problem(400, f"Invalid metadata: {reason}", code="VALIDATION_ERROR", details=details)


def check_content(content: str) -> None:
    """The schema counts characters, the server UTF-16 units."""
    if not content:
        raise invalid_content("Content cannot be empty")
    if utf16_length(content) > LONGEST_CONTENT:
        raise invalid_content(f"Content exceeds maximum length of {LONGEST_CONTENT} characters")


def invalid_content(reason: str) -> Problem:
    """The refusal of a message."""
    return Problem(
        400, f"Invalid content: {reason}", code="VALIDATION_ERROR", details={"reason": reason}
    )
