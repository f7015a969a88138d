"""Zep's own JavaScript client of the third generation, @getzep/zep-cloud 3.30.0, beside 2.22.0.

zep3.mjs runs the scenarios; their results are checked here.
"""

from __future__ import annotations

from tests.clients.javascript import needs_javascript, run_scenario

pytestmark = needs_javascript


def test_threads_are_read_as_they_were_written(origin: str) -> None:
    """An id with a slash, messages, metadata, context, lists and the end of a thread."""
    result = run_scenario("zep3.mjs", "threads", origin)
    assert len(result["added"]["messageUuids"]) == 2
    assert "I live in Bergen." in result["added"]["context"]
    assert [message["content"] for message in result["page"]["messages"]] == ["Noted."]
    assert result["page"]["totalCount"] == 2
    assert result["changed"]["metadata"] == {"n": 2}
    assert "I live in Bergen." in result["context"]
    assert [thread["threadId"] for thread in result["threads"]] == ["a/b c é"]
    assert result["own"] == result["threads"]
    assert result["removed"]["message"]


def test_two_generations_work_on_one_key(origin: str) -> None:
    """Threads are sessions and graphs are groups: each client reads what the other wrote."""
    result = run_scenario("zep3.mjs", "generations", origin)
    (message,) = result["messages"]
    assert (message["role"], message["name"]) == ("user", "Ann")
    assert message["content"] == "I live in Bergen."
    assert sorted(result["threads"]) == sorted(result["sessions"]) == ["s", "t"]
    (answer,) = result["memory"]
    assert (answer["roleType"], answer["content"]) == ("assistant", "Noted.")
    graph = {"graphId": "desk", "name": "Desk", "description": "What the desk knows."}
    assert graph.items() <= result["graph"].items()
    assert [group["groupId"] for group in result["groups"]] == ["desk"]
    assert "Parcels leave at five." in result["found"][0]["fact"]


def test_refusals_arrive_as_the_clients_errors(origin: str) -> None:
    """The client raises an error with status and body for each."""
    result = run_scenario("zep3.mjs", "refusals", origin)
    assert result["unknown"] == ["NotFoundError", True, 404, {"message": "not found"}]
    assert [result[name][2] for name in ("taken", "noUser")] == [400, 400]
