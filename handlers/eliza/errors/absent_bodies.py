"""Requests without a body in 1.7.2, whose code then reads fields of `undefined`: most end in 500.

So do requests with a form where the operation takes JSON, since forms are not read there.
"""

from __future__ import annotations

from typing import NamedTuple

from understudy import Problem

from ..model.validation import PLATFORM, violates


class _Absent(NamedTuple):
    """What an operation answers: the field that it reads first, and code and message of the error,
    if these are its own. One that `checks_path` validates the ids in the path, and whether the
    agent runs, before."""

    field: str
    code: str = ""
    message: str = ""
    checks_path: bool = False
    destructures: bool = True

    def problem(self) -> Problem:
        """Return the error."""
        reason = f"Cannot read properties of undefined (reading '{self.field}')"
        if self.destructures:
            reason = f"Cannot destructure property '{self.field}' of 'req.body' as it is undefined."
        if not self.code:
            return Problem(500, reason, code=PLATFORM)
        return Problem(500, self.message, code=self.code, details=reason)


_NAME, _AGENT = _Absent("name"), _Absent("agentId")
_ROOM = _Absent("name", "CREATE_ERROR", "Failed to create room", checks_path=True)
_TEXT = _Absent("text", checks_path=True)
_CHANNEL = _Absent("name", checks_path=True)

#: By operationId.
_ANSWERS: dict[str, _Absent] = {
    "createServer": _NAME,
    "createMessageServer": _NAME,
    "createChannel": _NAME,
    "createCentralChannel": _NAME,
    "createWorldFromMessageServer": _NAME,
    "updateChannel": _CHANNEL,
    "updateMessageChannel": _CHANNEL,
    "addAgentToServer": _AGENT,
    "addAgentToMessageServer": _AGENT,
    "addAgentToChannel": _AGENT,
    "addAgentToMessageChannel": _AGENT,
    "generateChannelTitle": _AGENT,
    "generateCentralChannelTitle": _AGENT,
    "createRoom": _ROOM,
    "createMemoryRoom": _ROOM,
    "updateAgentMemory": _Absent("id"),
    "updateMemoryOfAgent": _Absent("id"),
    "synthesizeSpeech": _TEXT,
    "generateSpeech": _TEXT,
    "conversationToSpeech": _TEXT,
    "submitMessage": _Absent("messageId"),
    "createAction": _Absent("messageId"),
    "sendChannelMessage": _Absent("author_id"),
    "postMessage": _Absent("author_id"),
    "ingestExternalMessage": _Absent("channel_id", destructures=False),
    "createAgent": _Absent("characterPath"),
    "updateAgent": _Absent(
        "settings", "UPDATE_ERROR", "Error updating agent", checks_path=True, destructures=False
    ),
    "createAgentWorld": _Absent("name", "500", "Error creating world", checks_path=True),
    "updateLocalEnvironment": _Absent("content", "UPDATE_ERROR", "Failed to update local envs"),
    "sendSessionMessage": _Absent(
        "transport", "INTERNAL_SERVER_ERROR", "An unexpected error occurred", destructures=False
    ),
}


def of_absent_body(operation: str, problem: Problem, refused: Problem) -> Problem:
    """Return the error of a request without a body, of which `problem` says all that is wrong, and
    which would be `refused` like one with an empty body."""
    if operation == "createJob":
        return Problem(400, "Request body must be an object", violations=refused.violations)
    answer = _ANSWERS.get(operation)
    if answer is None:
        return refused
    if answer.checks_path and (refused.status == 404 or violates(problem, "path")):
        return refused
    return answer.problem()
