"""Zep's own JavaScript client, @getzep/zep-cloud 2.22.0, against the running server.

The stories are told by zep.mjs; what they come to is compared here. The client renames fields to
camelCase and drops nulls, so a session that has not ended has no `endedAt` at all.
"""

from __future__ import annotations

from tests.clients.javascript import needs_javascript, tell

pytestmark = needs_javascript

NOT_FOUND = ["NotFoundError", True, 404, {"message": "not found"}]
ENDED = {"message": "session ended: session has ended"}

REFUSALS = {
    "unknownSession": NOT_FOUND,
    "oneUnknown": NOT_FOUND,
    "none": [
        "BadRequestError",
        True,
        400,
        {"message": "bad request: body /session_ids: [] has less than 1 item"},
    ],
    "taken": [
        "BadRequestError",
        True,
        400,
        {"message": "bad request: session already exists with session_id: s"},
    ],
    "updateEnded": ["ConflictError", True, 409, ENDED],
    # The client's description of memory.add declares neither 409 nor 404: no class of their own.
    "addToEnded": ["ZepError", True, 409, ENDED],
    "addToUnknown": ["ZepError", True, 404, {"message": "not found"}],
    "badKey": ["ZepError", True, 401, {"message": "unauthorized"}],
}


def test_a_user_is_added_and_read_back(origin: str) -> None:
    """The user keeps what it was added with."""
    told = tell("zep.mjs", "user", origin)
    assert told["found"] == told["added"]
    given = {"userId": "ann", "firstName": "Ann", "metadata": {"plan": "pro"}}
    assert given.items() <= told["added"].items()


def test_an_id_with_a_slash_a_space_and_an_accent_comes_back(origin: str) -> None:
    """The client escapes such an id in the path, and the server reads it back."""
    told = tell("zep.mjs", "awkwardId", origin)
    assert told["found"]["sessionId"] == "a/b c é"
    assert told["said"] == ["Where is my order?"]
    assert told["ended"]["sessionId"] == "a/b c é"
    assert told["ended"]["endedAt"]


def test_metadata_is_merged(origin: str) -> None:
    """An update adds to the metadata that the session has."""
    told = tell("zep.mjs", "metadata", origin)
    assert told["metadata"] == {"channel": "chat", "order": {"number": 7}}


def test_sessions_are_listed_by_pages(origin: str) -> None:
    """The second page of two holds the third of three sessions."""
    told = tell("zep.mjs", "pages", origin)
    assert [session["sessionId"] for session in told["sessions"]] == ["c"]
    assert (told["totalCount"], told["responseCount"]) == (3, 1)


def test_messages_become_memory(origin: str) -> None:
    """Messages come back as they were, the last ones as memory and the first ones as a page."""
    told = tell("zep.mjs", "memory", origin)
    assert "Ann: Where is my order?" in told["added"]["context"]
    assert told["memory"]["context"] == told["added"]["context"]
    assert [message["content"] for message in told["memory"]["messages"]] == ["On its way."]
    said = {"role": "Ann", "roleType": "user", "content": "Where is my order?"}
    assert (said | {"metadata": {"n": 1}}).items() <= told["page"]["messages"][0].items()
    assert (told["page"]["totalCount"], told["page"]["rowCount"]) == (2, 1)


def test_a_session_is_ended(origin: str) -> None:
    """endSession answers the session with the moment of its end, and nothing else."""
    told = tell("zep.mjs", "end", origin)
    assert told["plain"] == {"session": told["found"]}
    assert told["found"]["endedAt"] == told["found"]["updatedAt"]


def test_a_session_is_classified_at_its_end(origin: str) -> None:
    """With `classify`, endSession answers the class too, and the session keeps it."""
    told = tell("zep.mjs", "classify", origin)
    assert told["classification"] == {"class": "order", "label": "topic"}
    assert told["session"]["classifications"] == {"topic": "order"}


def test_several_sessions_are_ended(origin: str) -> None:
    """endSessions answers them in the order of the request, a repeated one once."""
    told = tell("zep.mjs", "endSeveral", origin)
    assert [session["sessionId"] for session in told["ended"]["sessions"]] == ["b", "a"]
    assert told["ended"]["sessions"] == told["found"]
    assert all(session["endedAt"] for session in told["found"])


def test_a_deleted_session_is_gone(origin: str) -> None:
    """delete answers OK, and from then on the session is not found."""
    assert tell("zep.mjs", "remove", origin) == {"removed": {"message": "OK"}, "then": NOT_FOUND}


def test_refusals_arrive_as_the_clients_errors(origin: str) -> None:
    """Each refusal is an error of the client's, with status and message."""
    assert tell("zep.mjs", "refusals", origin) == REFUSALS


def test_another_key_sees_nothing(origin: str) -> None:
    """A key stands for a project, and one project does not see another's sessions."""
    assert tell("zep.mjs", "projects", origin) == NOT_FOUND
