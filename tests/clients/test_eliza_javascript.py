"""Eliza's own JavaScript client, @elizaos/api-client 1.7.2, against the running server.

eliza.mjs runs the scenarios; their results are checked here. The client puts its paths behind any
`baseUrl`, so that a namespace's prefix works, and so does a header.
"""

from __future__ import annotations

from tests.clients.javascript import needs_javascript, run_scenario

pytestmark = needs_javascript

ELIZA = "11111111-1111-4111-8111-111111111111"
USER = "123e4567-e89b-42d3-a456-426614174000"


def test_agents_are_listed(origin: str) -> None:
    """There is one running agent from the start, and its character can be read."""
    result = run_scenario("eliza.mjs", "agents", origin)
    assert [(agent["id"], agent["status"]) for agent in result["agents"]] == [(ELIZA, "active")]
    assert (result["agent"]["id"], result["agent"]["name"]) == (ELIZA, "Eliza")


def test_session_is_created_and_read_back(origin: str) -> None:
    """getSession returns all fields of createSession, and its current state."""
    result = run_scenario("eliza.mjs", "session", origin)
    created, read = result["created"], result["found"]
    given = {"agentId": ELIZA, "userId": USER, "metadata": {"platform": "web"}}
    assert given.items() <= created.items() <= read.items()
    assert (read["renewalCount"], read["isNearExpiration"]) == (0, False)


def test_agent_answers_a_message(origin: str) -> None:
    """sendMessage returns the user's message; the agent's is in the list of messages."""
    result = run_scenario("eliza.mjs", "messages", origin)
    sent, (answer, question) = result["sent"], result["page"]["messages"]
    assert (sent["content"], sent["authorId"], sent["metadata"]["n"]) == ("hi", USER, 1)
    assert sent["sessionStatus"]["renewalCount"] == 1
    assert question == {key: sent[key] for key in sent if key != "sessionStatus"} | {
        "isAgent": False
    }
    assert (answer["authorId"], answer["isAgent"]) == (ELIZA, True)


def test_messages_are_read_by_pages(origin: str) -> None:
    """The cursor of a page leads to the messages before it."""
    result = run_scenario("eliza.mjs", "pages", origin)
    contents = [
        [message["content"] for message in result[page]["messages"]] for page in ("newest", "older")
    ]
    assert contents == [["You said: two", "two"], ["You said: one", "one"]]
    assert (result["newest"]["hasMore"], result["older"]["hasMore"]) == (True, False)


def test_sessions_are_listed_and_counted(origin: str) -> None:
    """listSessions returns the sessions of this namespace only, and checkHealth counts them."""
    result = run_scenario("eliza.mjs", "list", origin)
    listed = [session["sessionId"] for session in result["listed"]["sessions"]]
    assert listed == [session["sessionId"] for session in result["created"]]
    assert result["listed"]["total"] == 2
    assert (result["health"]["status"], result["health"]["activeSessions"]) == ("healthy", 2)


def test_deleted_session_is_gone(origin: str) -> None:
    """deleteSession resolves to undefined, and later calls are refused with 404.

    Undefined, because the client returns `data` of a response that has `success`, and there is
    none: the same happens with a real server, whose response is the same.
    """
    result = run_scenario("eliza.mjs", "remove", origin)
    message = f"Session with ID '{result['sessionId']}' not found"
    gone = [True, 404, "SESSION_NOT_FOUND", message]
    assert result["removed"] == "undefined"
    assert [result["again"], result["get"], result["send"]] == [gone, gone, gone]
    assert result["left"] == 0


def test_refusals_arrive_as_the_clients_errors(origin: str) -> None:
    """The client's ApiError has the status and code of the response."""
    result = run_scenario("eliza.mjs", "refusals", origin)
    invalid = [True, 400, "VALIDATION_ERROR"]
    assert result["nobody"][:3] == [True, 404, "AGENT_NOT_FOUND"]
    assert [result[name][:3] for name in ("notUuid", "noUser", "tooLong")] == [invalid] * 3
    # The client refuses blank content by itself, without a request.
    assert result["emptyHere"] == [False, None, None, "content is required and cannot be empty"]


def test_header_selects_the_namespace(origin: str) -> None:
    """A client with the header and one with the prefix see the same session."""
    result = run_scenario("eliza.mjs", "header", origin)
    assert result["found"] == result["sessionId"]
