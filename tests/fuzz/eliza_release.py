"""Run a command that uses Schemathesis on persona 1.7 of Eliza, without the failures that are its
released server's.

That answers 500, 404 and 400 where the document has it otherwise, and the persona does as it does.
Only these answers do not count, by their texts: an "internal server error" of ours is a failure.

    python -m tests.fuzz.eliza_release understudy check ...
    python -m tests.fuzz.eliza_release schemathesis.cli run ...
"""

from __future__ import annotations

import json
import runpy
import sys
from typing import Any

import schemathesis

#: The messages of its 500s with a code of their own: what it answers to requests without a body,
#: to ids that cannot be decoded (sessions, jobs), and to a channel's name that is null.
_FAULTS = frozenset(
    {
        "An unexpected error occurred",
        "Internal server error in jobs API",
        "Failed to create room",
        "Error updating agent",
        "Error creating world",
        "Failed to update local envs",
        "Failed to update channel",
    }
)

#: It has no 405: to Express, a method that a path does not have is an unknown path.
_UNKNOWN_PATH = "API endpoint not found"

#: The messages of its 400s to requests that the reference allows: a channel needs an agent before
#: messages, and the path of the list of worlds is taken for that of an agent.
_REFUSALS = frozenset({"No agent found in channel participants", "Invalid agent ID format"})


def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
    """Return whether a failure counts. A hook of Schemathesis."""
    status, (message, code) = response.status_code, _error(response)
    match type(failure).__name__:
        case "ServerError" | "ContentTypeServerError":
            # Errors that the release's code does not expect have a number for a code.
            return status != 500 or not (code == 500 or message in _FAULTS)
        case "UnsupportedMethodResponse":
            return status != 404 or not message.startswith(_UNKNOWN_PATH)
        case "RejectedPositiveData":
            return status != 400 or message not in _REFUSALS
    return True


def _error(response: Any) -> tuple[str, Any]:
    """Return the message and the code of an error; an error of messaging is a message alone."""
    try:
        error = json.loads(response.content)["error"]
    except (ValueError, KeyError, TypeError):
        return "", None
    return (error, None) if isinstance(error, str) else (error["message"], error.get("code"))


if __name__ == "__main__":
    schemathesis.hook(filter_failure)
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
