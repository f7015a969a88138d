"""Zep's own JavaScript client, @getzep/zep-cloud 2.22.0, against the running server.

zep.mjs runs the scenarios; their results are checked here. The client renames fields to camelCase
and drops nulls, so a session that has not ended has no `endedAt`.
"""

from __future__ import annotations

from tests.clients.javascript import needs_javascript, run_scenario

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


def test_user_is_added_and_read_back(origin: str) -> None:
    """The user keeps what it was added with."""
    result = run_scenario("zep.mjs", "user", origin)
    assert result["found"] == result["added"]
    given = {"userId": "ann", "firstName": "Ann", "metadata": {"plan": "pro"}}
    assert given.items() <= result["added"].items()


def test_id_with_a_slash_a_space_and_an_accent_is_read_back(origin: str) -> None:
    """The client escapes such an id in the path, and the server reads it back."""
    result = run_scenario("zep.mjs", "awkwardId", origin)
    assert result["found"]["sessionId"] == "a/b c é"
    assert result["contents"] == ["Where is my order?"]
    assert result["ended"]["sessionId"] == "a/b c é"
    assert result["ended"]["endedAt"]


def test_metadata_is_merged(origin: str) -> None:
    """An update adds to the metadata that the session has."""
    result = run_scenario("zep.mjs", "metadata", origin)
    assert result["metadata"] == {"channel": "chat", "order": {"number": 7}}


def test_sessions_are_listed_by_pages(origin: str) -> None:
    """The second page of two holds the third of three sessions."""
    result = run_scenario("zep.mjs", "pages", origin)
    assert [session["sessionId"] for session in result["sessions"]] == ["c"]
    assert (result["totalCount"], result["responseCount"]) == (3, 1)


def test_messages_become_memory(origin: str) -> None:
    """Messages come back as they were, the last ones as memory and the first ones as a page."""
    result = run_scenario("zep.mjs", "memory", origin)
    assert "Ann: Where is my order?" in result["added"]["context"]
    assert result["memory"]["context"] == result["added"]["context"]
    assert [message["content"] for message in result["memory"]["messages"]] == ["On its way."]
    message = {"role": "Ann", "roleType": "user", "content": "Where is my order?"}
    assert (message | {"metadata": {"n": 1}}).items() <= result["page"]["messages"][0].items()
    assert (result["page"]["totalCount"], result["page"]["rowCount"]) == (2, 1)


def test_session_is_ended(origin: str) -> None:
    """endSession returns the session with the time of its end, and nothing else."""
    result = run_scenario("zep.mjs", "end", origin)
    assert result["plain"] == {"session": result["found"]}
    assert result["found"]["endedAt"] == result["found"]["updatedAt"]


def test_session_is_classified_at_its_end(origin: str) -> None:
    """With `classify`, endSession returns the class, too, and the session keeps it."""
    result = run_scenario("zep.mjs", "classify", origin)
    assert result["classification"] == {"class": "order", "label": "topic"}
    assert result["session"]["classifications"] == {"topic": "order"}


def test_several_sessions_are_ended(origin: str) -> None:
    """endSessions returns them in the order of the request, a repeated one once."""
    result = run_scenario("zep.mjs", "endSeveral", origin)
    assert [session["sessionId"] for session in result["ended"]["sessions"]] == ["b", "a"]
    assert result["ended"]["sessions"] == result["found"]
    assert all(session["endedAt"] for session in result["found"])


def test_deleted_session_is_gone(origin: str) -> None:
    """delete returns OK, and the session is not found afterwards."""
    assert run_scenario("zep.mjs", "remove", origin) == {
        "removed": {"message": "OK"},
        "then": NOT_FOUND,
    }


def test_refusals_arrive_as_the_clients_errors(origin: str) -> None:
    """The client raises an error with status and message for each."""
    assert run_scenario("zep.mjs", "refusals", origin) == REFUSALS


def test_another_key_sees_nothing(origin: str) -> None:
    """A key stands for a project, and one project does not see another's sessions."""
    assert run_scenario("zep.mjs", "projects", origin) == NOT_FOUND
