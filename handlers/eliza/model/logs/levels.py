"""The levels of log entries, and their numbers."""

from __future__ import annotations

#: The levels, and their numbers.
LEVELS = {
    "fatal": 60,
    "error": 50,
    "warn": 40,
    "info": 30,
    "log": 29,
    "progress": 28,
    "success": 27,
    "debug": 20,
    "trace": 10,
}
