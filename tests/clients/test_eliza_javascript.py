"""Eliza's own JavaScript client, @elizaos/api-client 1.7.2, against the running server.

The stories are told by eliza.mjs; what they come to is compared here. The client puts its paths
behind whatever `baseUrl` is, so that a namespace's prefix works, and so does a header.
"""

from __future__ import annotations

from tests.clients.javascript import needs_javascript, tell

pytestmark = needs_javascript

ELIZA = "11111111-1111-4111-8111-111111111111"
USER = "123e4567-e89b-42d3-a456-426614174000"


def test_agents_are_listed(origin: str) -> None:
    """There is one running agent from the start, and its character can be read."""
    told = tell("eliza.mjs", "agents", origin)
    assert [(agent["id"], agent["status"]) for agent in told["agents"]] == [(ELIZA, "active")]
    assert (told["agent"]["id"], told["agent"]["name"]) == (ELIZA, "Eliza")


def test_a_session_is_created_and_read_back(origin: str) -> None:
    """getSession answers all that createSession did, and what has become of it since."""
    told = tell("eliza.mjs", "session", origin)
    created, found = told["created"], told["found"]
    given = {"agentId": ELIZA, "userId": USER, "metadata": {"platform": "web"}}
    assert given.items() <= created.items() <= found.items()
    assert (found["renewalCount"], found["isNearExpiration"]) == (0, False)


def test_the_agent_answers(origin: str) -> None:
    """sendMessage answers the user's message; the agent's own is found among the messages."""
    told = tell("eliza.mjs", "talk", origin)
    sent, (answer, question) = told["sent"], told["page"]["messages"]
    assert (sent["content"], sent["authorId"], sent["metadata"]["n"]) == ("hi", USER, 1)
    assert sent["sessionStatus"]["renewalCount"] == 1
    assert question == {key: sent[key] for key in sent if key != "sessionStatus"} | {
        "isAgent": False
    }
    assert (answer["authorId"], answer["isAgent"]) == (ELIZA, True)


def test_messages_are_read_by_pages(origin: str) -> None:
    """The cursor of one page, handed back, leads to what came before it."""
    told = tell("eliza.mjs", "pages", origin)
    contents = [
        [said["content"] for said in told[page]["messages"]] for page in ("newest", "older")
    ]
    assert contents == [["You said: two", "two"], ["You said: one", "one"]]
    assert (told["newest"]["hasMore"], told["older"]["hasMore"]) == (True, False)


def test_sessions_are_listed_and_counted(origin: str) -> None:
    """listSessions answers the sessions of this namespace only, and checkHealth counts them."""
    told = tell("eliza.mjs", "list", origin)
    listed = [session["sessionId"] for session in told["listed"]["sessions"]]
    assert listed == [session["sessionId"] for session in told["created"]]
    assert told["listed"]["total"] == 2
    assert (told["health"]["status"], told["health"]["activeSessions"]) == ("healthy", 2)


def test_a_deleted_session_is_gone(origin: str) -> None:
    """deleteSession resolves to undefined, and whatever follows is refused with 404.

    Undefined, because the client looks for `data` in an answer that has `success`, and there is
    none: the same happens with a real server, whose answer is the same.
    """
    told = tell("eliza.mjs", "remove", origin)
    message = f"Session with ID '{told['sessionId']}' not found"
    gone = [True, 404, "SESSION_NOT_FOUND", message]
    assert told["removed"] == "undefined"
    assert [told["again"], told["get"], told["send"]] == [gone, gone, gone]
    assert told["left"] == 0


def test_refusals_arrive_as_the_clients_errors(origin: str) -> None:
    """Status and code of a refusal are those of the client's ApiError."""
    told = tell("eliza.mjs", "refusals", origin)
    invalid = [True, 400, "VALIDATION_ERROR"]
    assert told["nobody"][:3] == [True, 404, "AGENT_NOT_FOUND"]
    assert [told[name][:3] for name in ("notUuid", "noUser", "tooLong")] == [invalid] * 3
    # The client refuses blank content by itself, and asks nobody.
    assert told["emptyHere"] == [False, None, None, "content is required and cannot be empty"]


def test_a_header_names_the_namespace_too(origin: str) -> None:
    """What a client with the header did at the bare origin, a client with the prefix sees."""
    told = tell("eliza.mjs", "header", origin)
    assert told["found"] == told["sessionId"]
