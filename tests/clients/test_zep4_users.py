"""Zep's own Python client, zep-cloud 4.0.1, against the running server: users and look-ups."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.clients.sdk import Sdk, SdkError, model
from tests.clients.zep4 import NO_RETRY, refusal, values
from understudy.client import ControlClient


def test_users_live(zep: Any) -> None:
    """A user is created, read, changed and deleted; null removes a key of its metadata."""
    created = zep.user.create(
        user_id="ada",
        first_name="Ada",
        email="ada@example.com",
        metadata={"plan": "premium", "limits": {"daily": 5}, "trial": True},
        time_zone="Europe/Stockholm",
        disable_default_ontology=True,
    )
    assert zep.user.get(created["uuid"]) == created
    assert (created["time_zone"], created["disable_default_ontology"]) == ("Europe/Stockholm", True)
    changed = zep.user.update(
        created["uuid"],
        last_name="Lindqvist",
        disable_default_ontology=False,
        metadata={"trial": None, "limits": {"hourly": 1}},
    )
    assert changed["metadata"] == {"plan": "premium", "limits": {"daily": 5, "hourly": 1}}
    assert changed["disable_default_ontology"] is False
    node = zep.user.get_node(created["uuid"])
    assert (node["name"], node["labels"]) == ("Ada Lindqvist", ["Entity", "User"])
    assert (node["graph_uuid"], node["user_uuid"]) == (created["graph_uuid"], created["uuid"])
    task = zep.user.delete(created["uuid"])["task"]
    assert (task["type"], task["status"]) == ("user.delete", "succeeded")
    for call in (zep.user.get, zep.user.update, zep.user.delete, zep.user.get_node):
        assert refusal(call, created["uuid"]) == (404, "not_found", None)


def test_users_are_refused(zep: Any) -> None:
    """An id that is taken, an id in the place of a uuid and an unknown time zone are errors."""
    zep.user.create(user_id="ada")
    assert refusal(zep.user.create, user_id="ada") == (409, "conflict", None)
    assert refusal(zep.user.get, "ada") == (400, "invalid_identifier", "user_uuid")
    assert refusal(zep.user.create, time_zone="Europe/Atlantis")[:2] == (
        400,
        "invalid_request",
    )
    assert refusal(zep.user.create, user_id="u" * 501) == (
        400,
        "invalid_request",
        "user_id",
    )
    assert refusal(zep.user.list, cursor="b2Zmc2V0OjI") == (
        400,
        "invalid_request",
        "cursor",
    )
    assert values(zep.user.list(), "user_id") == ["ada"]


def test_users_are_listed(zep: Any) -> None:
    """The pager returns all, newest first; a search and an order hold on each page."""
    people = [("ada", "ada@x.org"), ("grace", None), ("alan", "turing@x.org"), ("linus", "l@y.org")]
    for user_id, email in people:
        zep.user.create(user_id=user_id, email=email, first_name=user_id.title())
    nameless = zep.user.create()
    assert values(zep.user.list(page_size=2), "user_id") == [None, "linus", "alan", "grace", "ada"]
    assert values(zep.user.list(page_size=1, search="X.ORG"), "user_id") == ["alan", "ada"]
    assert values(zep.user.list(search="Grace"), "user_id") == ["grace"]
    by_id = zep.user.list(page_size=2, order_by="user_id", order="asc")
    assert values(by_id, "user_id") == [None, "ada", "alan", "grace", "linus"]
    by_email = zep.user.list(page_size=3, order_by="email", order="desc")
    assert values(by_email, "user_id")[:3] == ["alan", "linus", "ada"]
    uuids = values(zep.user.list(order_by="uuid", order="asc", page_size=2), "uuid")
    assert uuids == sorted(uuids)
    assert nameless["uuid"] in uuids


def test_a_page_does_not_move(zep: Any, http: httpx.Client) -> None:
    """What is created or deleted between two pages neither repeats nor hides anything."""
    http.headers["Authorization"] = "Api-Key key"
    made = [zep.user.create(user_id=name)["uuid"] for name in ("a", "b", "c", "d")]
    first = http.post("/api/v4/users/list?page_size=2", json={}).json()
    assert (values(first["items"], "user_id"), first["total_size"]) == (["d", "c"], 4)
    zep.user.create(user_id="e")
    zep.user.delete(made[2])
    cursor = first["next_cursor"]
    second = http.post("/api/v4/users/list", params={"page_size": 2, "cursor": cursor}).json()
    assert (values(second["items"], "user_id"), second["total_size"]) == (["b", "a"], 4)
    assert second["next_cursor"] is None
    other = http.post("/api/v4/users/list", params={"cursor": cursor, "order": "asc"})
    assert (other.status_code, other.json()["error"]["param"]) == (400, "cursor")


def test_older_ids_are_looked_up(zep: Any, sdk2: Sdk, origin: str) -> None:
    """What a client of v2 wrote is found by its id, and read by its uuid; and the other way."""
    second = sdk2.at(f"{origin}/api/v2")
    added = second.user.add(user_id="ada", first_name="Ada", metadata={"plan": "gold"})
    second.memory.add_session(session_id="support", user_id="ada")
    found = zep.user.lookup(user_id="ada")
    assert (found["uuid"], found["metadata"]) == (added["uuid"], {"plan": "gold"})
    assert zep.thread.lookup(thread_id="support")["user_uuid"] == found["uuid"]
    batch = zep.lookup.batch(users=["ada", "eve"], threads=["support"], graphs=["desk"])
    assert [(one["resource_type"], one["legacy_id"], one["found"]) for one in batch["items"]] == [
        ("user", "ada", True),
        ("user", "eve", False),
        ("thread", "support", True),
        ("graph", "desk", False),
    ]
    assert batch["items"][0]["uuid"] == found["uuid"]
    assert zep.lookup.batch() == {"items": []}
    zep.user.update(found["uuid"], email="ada@x.org")
    assert second.user.get("ada")["email"] == "ada@x.org"
    nameless = zep.user.create()
    assert second.user.get(nameless["uuid"])["user_id"] == nameless["uuid"]
    for unknown in (nameless["uuid"], "eve"):
        assert refusal(zep.user.lookup, user_id=unknown)[:2] == (404, "not_found")
    assert refusal(zep.thread.lookup, thread_id="eve")[:2] == (404, "not_found")
    assert refusal(zep.user.lookup, thread_id="support")[0] == 400


def test_summary_instructions_are_inherited(zep: Any) -> None:
    """A user has the instructions of the project until it has its own."""
    user = zep.user.create()["uuid"]
    assert zep.user.get_summary_instructions(user) == {"inherited": True, "instructions": []}
    own = [{"name": "tone", "text": "Prefer short sentences."}]
    given = [model("UserInstruction", **own[0])]
    expected = {"inherited": False, "instructions": own}
    assert zep.user.set_summary_instructions(user, instructions=given) == expected
    assert zep.user.get_summary_instructions(user) == expected
    dropped = zep.user.set_summary_instructions(user, inherited=True)
    assert dropped == {"inherited": True, "instructions": []}


def test_a_user_is_bound_to_a_content_policy(zep: Any) -> None:
    """Its graph has what the request adds to that of the project; a stale revision is 409."""
    policy = model(
        "GraphContentPolicyRequest",
        categories=[model("ContentPolicyCategoryRequest", key="health", description="Illness.")],
        project_revision=0,
    )
    user = zep.user.create(content_policy=policy)
    bound = zep.graph.get_content_policy(user["graph_uuid"])
    assert values(bound["categories"], "key") == ["health"]
    stale = refusal(zep.user.create, content_policy={**policy, "project_revision": 7})
    assert stale[:2] == (409, "content_policy_revision_stale")
    assert len(zep.user.list()) == 1


def test_a_deletion_takes_time(zep: Any, control: ControlClient) -> None:
    """Where work takes time, a user is there until the clock has moved on."""
    control.settings(apis={"zep": {"ingestion": {"mode": "delayed", "delay": "PT5S"}}})
    user = zep.user.create(user_id="ada")["uuid"]
    task = zep.user.delete(user)["task"]
    assert (task["status"], "completed_at" in task) == ("pending", False)
    control.clock.advance(seconds=4)
    assert zep.user.get(user)["user_id"] == "ada"
    control.clock.advance(seconds=1)
    assert refusal(zep.user.get, user)[0] == 404


def test_a_call_that_is_tried_again_creates_one_user(zep: Any, control: ControlClient) -> None:
    """The client repeats its idempotency key, and gets the answer that was lost."""
    control.fail_next("createUser", status=503, handled=True, headers={"Retry-After": "1"})
    zep.user.create(first_name="Ada")
    tries = control.requests("createUser")
    assert [one.response.status for one in tries] == [503, 201]
    (key,) = {one.request.headers["idempotency-key"] for one in tries}
    assert len(zep.user.list()) == 1
    again = {**NO_RETRY, "additional_headers": {"Idempotency-Key": key}}
    assert len({zep.user.create(first_name="Ada", request_options=again)["uuid"]}) == 1
    assert len(zep.user.list()) == 1
    with pytest.raises(SdkError) as caught:
        zep.user.create(first_name="Eve", request_options=again)
    assert caught.value.body["error"]["code"] == "idempotency_key_reused"


def test_a_rate_limit_is_told(zep: Any, http: httpx.Client, control: ControlClient) -> None:
    """Each response has the headers of the limit; above it the client gets a 429."""
    control.clock.freeze("2026-01-01T00:00:00Z")
    control.fail(when={"api": "zep4"}, rate_limit={"requests": 2, "seconds": 60})
    response = http.get("/api/v4/threads")
    told = [response.headers[f"X-RateLimit-{name}"] for name in ("Limit", "Remaining", "Reset")]
    assert told == ["2", "1", "1767225660"]
    zep.user.list()
    assert refusal(zep.user.list)[:2] == (429, "rate_limited")
