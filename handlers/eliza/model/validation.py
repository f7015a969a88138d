"""Checks that several operations share, and limits that a schema cannot express."""

from __future__ import annotations

import re
from typing import Any

from understudy import Problem

from .javascript import json_length, utf16_length

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

#: The code of an error that 1.7.2 answers outside of any family of operations.
PLATFORM = "PLATFORM"

LONGEST_CONTENT = 4000
LARGEST_METADATA = 10 * 1024


def is_uuid(value: Any) -> bool:
    """Return whether the value is a string in the form of a UUID, of any version."""
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def violates(problem: Problem, where: str, at: str = "") -> bool:
    """Return whether a part of the request violates the contract at a JSON pointer or below it.

    `where` is "path", "query", "body" and so on.
    """
    return any(v.where == where and v.at.startswith(at) for v in problem.violations)


def check_metadata(metadata: Any) -> None:
    """Raise Problem 400 for objects and lists that are too long as JSON.

    The server counts UTF-16 units, although its message says bytes.
    """
    if isinstance(metadata, dict | list) and json_length(metadata) > LARGEST_METADATA:
        reason = f"Metadata exceeds maximum size of {LARGEST_METADATA} bytes"
        details = {"reason": reason, "providedMetadata": metadata}
        raise Problem(400, f"Invalid metadata: {reason}", code="VALIDATION_ERROR", details=details)


def check_content(content: str) -> None:
    """Raise Problem 400 for content that is empty or too long.

    The schema counts characters, the server UTF-16 units.
    """
    if not content:
        raise invalid_content("Content cannot be empty")
    if utf16_length(content) > LONGEST_CONTENT:
        raise invalid_content(f"Content exceeds maximum length of {LONGEST_CONTENT} characters")


def invalid_content(reason: str) -> Problem:
    """Return the error for the content of a message."""
    return Problem(
        400, f"Invalid content: {reason}", code="VALIDATION_ERROR", details={"reason": reason}
    )
