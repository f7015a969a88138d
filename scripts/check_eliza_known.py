"""What the judge finds at released ElizaOS servers and what is true: with its evidence."""

from __future__ import annotations

from typing import Any, NamedTuple


class Known(NamedTuple):
    """Findings that are true: of a release, at these operations (`*` is any), by these rules of the
    judge, with these words in what they tell or the server answered; and why they are true."""

    release: str
    operations: str
    rules: str
    words: str
    reason: str

    def covers(self, version: str, finding: dict[str, Any]) -> bool:
        """Whether it is one of them."""
        return (
            version == self.release
            and (self.operations == "*" or finding["operation"] in self.operations.split())
            and finding["rule"] in self.rules.split()
            and any(self.words in text for text in _texts(finding))
        )

    def __str__(self) -> str:
        return f"{self.rules}: {self.reason}"


def _texts(finding: dict[str, Any]) -> list[str]:
    """What a finding tells, and what was answered."""
    answers = [exchange["answer"] for exchange in finding["exchanges"]]
    return [finding["title"], finding["message"], *answers]


_V = "1.7.2"
_FAULT, _METHOD, _TAKEN, _REFUSED, _SHAPE = (
    "not_a_server_error",
    "unsupported_method",
    "negative_data_rejection",
    "positive_data_acceptance",
    "response_schema_conformance",
)

_OLD = "1.6.5"

KNOWN = [
    Known(
        _V,
        "addAgentToChannel addAgentToMessageChannel addAgentToMessageServer addAgentToServer"
        " createAgent createCentralChannel createChannel createMemoryRoom createMessageServer"
        " createRoom createServer generateCentralChannelTitle generateChannelTitle postMessage"
        " sendAudioMessage sendChannelMessage updateAgentMemory updateMemoryOfAgent",
        _FAULT,
        "Server error",
        "Without a body, or with a form that has no boundary, the code takes fields of nothing: 500"
        " \"Cannot destructure property 'name' of 'req.body' as it is undefined.\"",
    ),
    Known(
        _V,
        "createAgentWorld createJob createSession postLogs updateAgent updateAgentWorld"
        " updateSessionTimeout",
        _FAULT,
        "Server error",
        "A body that is JSON but no object is 500 as well:"
        ' "Unexpected token \'\\"\', ... is not valid JSON".',
    ),
    Known(
        _V,
        "sendSessionMessage",
        _FAULT,
        "Server error",
        'Without a body: 500 INTERNAL_SERVER_ERROR "An unexpected error occurred".',
    ),
    Known(
        _V,
        "updateLocalEnvironment",
        _FAULT,
        "Server error",
        'Where there is no .env file yet: 500 UPDATE_ERROR "Local .env file not found".',
    ),
    Known(
        _V,
        "conversationToSpeech generateSpeech synthesizeSpeech",
        _FAULT,
        "Server error",
        "The server of this comparison has no voice: 500 PROCESSING_ERROR \"Cannot use 'in'"
        ' operator to search for ...".',
    ),
    Known(
        _V,
        "createWorldFromMessageServer",
        _FAULT,
        "Server error",
        "A null for a name, by the reference allowed, is 500 CREATE_ERROR: the database wants one.",
    ),
    Known(
        _V,
        "createWorldFromMessageServer",
        _SHAPE,
        '"CREATE_ERROR"',
        "The error of that 500 is a list, one for each agent; the reference promises an object.",
    ),
    Known(
        _V,
        "*",
        _METHOD,
        "TRACE returned 404",
        "A method that a path does not have is 405, as HTTP has it; Express says 404.",
    ),
    Known(
        _V,
        "createAgent",
        _TAKEN,
        "characterPath",
        "A characterPath that is false is passed over: 201, an agent made of `agent` alone.",
    ),
    Known(
        _V,
        "getAgentMemories getAgentRooms getMemoriesOfAgent",
        _TAKEN,
        "not matching the 'uuid' format",
        "An empty identifier in a query counts as none: 200 with all of them.",
    ),
    Known(
        _V,
        "getMemoryRoomMemories getRoomMemories",
        _TAKEN,
        "in query",
        "Every text but `true`, and a parameter given twice, counts as false: 200.",
    ),
    Known(
        _V,
        "sendAudioMessage",
        _TAKEN,
        "userId",
        "The form's userId is not looked at: 200 with the transcription.",
    ),
    Known(
        _V,
        "createAgent",
        _REFUSED,
        "Valid data",
        "A characterPath is looked for on the server's disk, and is not there: 400 CREATE_ERROR.",
    ),
    Known(
        _V,
        "createServer",
        _REFUSED,
        "Valid data",
        "The reference asks for a name alone; the server: 400"
        ' "Missing required fields: name, sourceType".',
    ),
    Known(
        _V,
        "postMessage sendChannelMessage",
        _REFUSED,
        "Valid data",
        "A right request to a channel without an agent is 400"
        ' "No agent found in channel participants"; by the reference it is 404.',
    ),
    Known(
        _V,
        "createMessageServer createSession createJob createCentralChannel createChannel"
        " createRoom createMemoryRoom createWorldFromMessageServer sendSessionMessage",
        _TAKEN,
        "in body - metadata",
        "Metadata are not looked at: 201 for a list, where the reference asks for an object.",
    ),
    Known(
        _V,
        "createCentralChannel createChannel createMemoryRoom createMessageServer createRoom"
        " createSession getCentralServerChannels getCentralServers getMessageServerChannels"
        " listMessageServers listSessions",
        _SHAPE,
        '"metadata":[',
        "A list that was taken for metadata is told as it came; the reference promises an object.",
    ),
    Known(
        _OLD,
        "getChannelDetails createCentralChannel deleteChannel deleteAllUserChannelMessages",
        "session-channel-is-a-central-channel channels-need-names"
        " unknown-channel-cannot-be-changed clearing-counts-what-it-clears",
        "argument callback is required",
        "Paths under central-channels, which the reference has, are 500"
        ' "argument callback is required".',
    ),
    Known(
        _OLD,
        "createMessageServer",
        "channel-keeps-what-it-was-made-with two-users-share-one-channel",
        "API endpoint not found",
        'There are no message-servers yet: 404 "API endpoint not found"; 1.7.2 has that path.',
    ),
    Known(
        _OLD,
        "postMessage",
        "what-is-said-in-a-channel-is-kept",
        "userMessage/id is <absent>",
        "The message is told in `data`, an older form; the document has `userMessage`, as 1.7.2.",
    ),
]
