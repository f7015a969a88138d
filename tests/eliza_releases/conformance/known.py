"""Findings of `understudy check` at released ElizaOS servers that are true, with the evidence."""

from __future__ import annotations

from typing import Any, NamedTuple

#: A finding of a JSON report.
Finding = dict[str, Any]


class KnownFinding(NamedTuple):
    """True findings of a release: at these operations (`*` is any), by these rules of the check,
    with these words in their texts or responses; and the reason."""

    release: str
    operations: str
    rules: str
    words: str
    reason: str

    def covers(self, release: str, finding: Finding) -> bool:
        """Return whether a finding is one of them."""
        return (
            release == self.release
            and (self.operations == "*" or finding["operation"] in self.operations.split())
            and finding["rule"] in self.rules.split()
            and any(self.words in text for text in _texts(finding))
        )

    def __str__(self) -> str:
        return f"{self.rules}: {self.reason}"


def _texts(finding: Finding) -> list[str]:
    """Return the texts of a finding and its responses."""
    responses = [exchange["response"] for exchange in finding["exchanges"]]
    return [finding["title"], finding["message"], *responses]


_RELEASE, _OLD_RELEASE = "1.7.2", "1.6.5"

#: Rules of the tier "shape".
_SERVER_ERROR = "not_a_server_error"
_METHOD = "unsupported_method"
_ACCEPTED = "negative_data_rejection"
_REJECTED = "positive_data_acceptance"
_SCHEMA = "response_schema_conformance"

KNOWN = (
    KnownFinding(
        _RELEASE,
        "addAgentToChannel addAgentToMessageChannel addAgentToMessageServer addAgentToServer"
        " createAgent createCentralChannel createChannel createMemoryRoom createMessageServer"
        " createRoom createServer generateCentralChannelTitle generateChannelTitle postMessage"
        " sendAudioMessage sendChannelMessage updateAgentMemory updateMemoryOfAgent",
        _SERVER_ERROR,
        "Server error",
        "Without a body, or with a form that has no boundary, the code reads fields of undefined:"
        " 500 \"Cannot destructure property 'name' of 'req.body' as it is undefined.\"",
    ),
    KnownFinding(
        _RELEASE,
        "createAgentWorld createJob createSession postLogs updateAgent updateAgentWorld"
        " updateSessionTimeout",
        _SERVER_ERROR,
        "Server error",
        "A body that is JSON but not an object is 500 as well:"
        ' "Unexpected token \'\\"\', ... is not valid JSON".',
    ),
    KnownFinding(
        _RELEASE,
        "sendSessionMessage",
        _SERVER_ERROR,
        "Server error",
        'Without a body: 500 INTERNAL_SERVER_ERROR "An unexpected error occurred".',
    ),
    KnownFinding(
        _RELEASE,
        "updateLocalEnvironment",
        _SERVER_ERROR,
        "Server error",
        'As long as there is no .env file: 500 UPDATE_ERROR "Local .env file not found".',
    ),
    KnownFinding(
        _RELEASE,
        "conversationToSpeech generateSpeech synthesizeSpeech",
        _SERVER_ERROR,
        "Server error",
        "The server of this check has no speech model: 500 PROCESSING_ERROR \"Cannot use 'in'"
        ' operator to search for ...".',
    ),
    KnownFinding(
        _RELEASE,
        "sendAudioMessage transcribeAudio",
        _SERVER_ERROR,
        "No handler found for delegate type",
        "An agent that the check has made has no models, as those come with the plugins of the"
        " server's own: 500 PROCESSING_ERROR.",
    ),
    KnownFinding(
        _RELEASE,
        "updateChannel updateMessageChannel",
        _SERVER_ERROR,
        "Failed to update channel",
        'A channel that does not exist is 500 "Failed to update channel"; by the reference, 404.',
    ),
    KnownFinding(
        _RELEASE,
        "readAgentUpload readChannelUpload",
        "content_type_conformance",
        "application/octet-stream",
        "An uploaded file whose name has no extension is read as application/octet-stream,"
        " not as the type that it was uploaded with.",
    ),
    KnownFinding(
        _RELEASE,
        "createWorldFromMessageServer",
        _SERVER_ERROR,
        "Server error",
        "A name that is null, which the reference allows, is 500 CREATE_ERROR:"
        " the database requires one.",
    ),
    KnownFinding(
        _RELEASE,
        "createWorldFromMessageServer",
        _SCHEMA,
        '"CREATE_ERROR"',
        "The error of that 500 is a list, one for each agent; the reference documents an object.",
    ),
    KnownFinding(
        _RELEASE,
        "*",
        _METHOD,
        "returned 404, expected 405",
        "A method that a path does not have is 405, as HTTP has it; Express says 404.",
    ),
    KnownFinding(
        _RELEASE,
        "createAgent",
        _ACCEPTED,
        "characterPath",
        "A characterPath that is false is ignored: 201, an agent made of `agent` alone.",
    ),
    KnownFinding(
        _RELEASE,
        "getAgentMemories getAgentRooms getMemoriesOfAgent",
        _ACCEPTED,
        "not matching the 'uuid' format",
        "An empty identifier in a query counts as missing: 200 with all of them.",
    ),
    KnownFinding(
        _RELEASE,
        "getMemoryRoomMemories getRoomMemories",
        _ACCEPTED,
        "in query",
        "Every text but `true`, and a parameter given twice, counts as false: 200.",
    ),
    KnownFinding(
        _RELEASE,
        "sendAudioMessage",
        _ACCEPTED,
        "userId",
        "The form's userId is not validated: 200 with the transcription.",
    ),
    KnownFinding(
        _RELEASE,
        "createAgent",
        _REJECTED,
        "Valid data",
        "A characterPath names a file on the server's disk, which does not exist:"
        " 400 CREATE_ERROR.",
    ),
    KnownFinding(
        _RELEASE,
        "createServer",
        _REJECTED,
        "Valid data",
        "The reference requires only a name; the server: 400"
        ' "Missing required fields: name, sourceType".',
    ),
    KnownFinding(
        _RELEASE,
        "postMessage sendChannelMessage",
        _REJECTED,
        "Valid data",
        "A valid request to a channel without an agent is 400"
        ' "No agent found in channel participants"; by the reference it is 404.',
    ),
    KnownFinding(
        _RELEASE,
        "createMessageServer createSession createJob createCentralChannel createChannel"
        " createRoom createMemoryRoom createWorldFromMessageServer sendSessionMessage",
        _ACCEPTED,
        "in body - metadata",
        "Metadata are not validated: 201 for a list; the reference requires an object.",
    ),
    KnownFinding(
        _RELEASE,
        "createCentralChannel createChannel createMemoryRoom createMessageServer createRoom"
        " createSession getCentralServerChannels getCentralServers getMessageServerChannels"
        " listMessageServers listSessions",
        _SCHEMA,
        '"metadata":[',
        "A list that was accepted as metadata is returned unchanged; the reference"
        " documents an object.",
    ),
    KnownFinding(
        _OLD_RELEASE,
        "getChannelDetails createCentralChannel deleteChannel deleteAllUserChannelMessages",
        "session-channel-is-a-central-channel channels-need-names"
        " unknown-channel-cannot-be-changed clearing-counts-what-it-clears",
        "argument callback is required",
        "Paths under central-channels, which the reference has, are 500"
        ' "argument callback is required".',
    ),
    KnownFinding(
        _OLD_RELEASE,
        "createMessageServer",
        "channel-keeps-what-it-was-made-with two-users-share-one-channel",
        "API endpoint not found",
        'There are no message-servers yet: 404 "API endpoint not found"; 1.7.2 has that path.',
    ),
    KnownFinding(
        _OLD_RELEASE,
        "postMessage",
        "what-is-said-in-a-channel-is-kept",
        "userMessage/id is <absent>",
        "The message is in `data`, an older shape; the document has `userMessage`, as 1.7.2.",
    ),
)
