"""Eliza's agents, their worlds, logs and runs, and the server itself, in both personas."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest

ELIZA = "11111111-1111-4111-8111-111111111111"
ADA = "22222222-2222-4222-8222-222222222222"
NOBODY = "99999999-9999-4999-8999-999999999999"
SERVER = "00000000-0000-0000-0000-000000000000"
AGENTS = "/api/agents"
SESSIONS = "/api/messaging/sessions"

#: What every agent is made of, as @elizaos/server 1.7.2 answers it, in its order.
PARTS = (
    *("id", "enabled", "server_id", "createdAt", "updatedAt", "name", "username", "bio"),
    *("messageExamples", "postExamples", "topics", "adjectives", "knowledge", "plugins"),
    *("settings", "style", "status"),
)


def use_release(http: httpx.Client) -> None:
    """Switch to the persona of @elizaos/server 1.7.2."""
    response = http.patch("/_understudy/settings", json={"personas": {"eliza": "1.7"}})
    assert response.is_success, response.text


def got(response: httpx.Response, status: int = 200) -> Any:
    """The data of an answer that is a success."""
    assert response.status_code == status, response.text
    assert response.json()["success"] is True
    return response.json().get("data")


def refused(response: httpx.Response) -> tuple[int, str, str]:
    """Status, code and message of an answer that is a refusal."""
    body = response.json()
    assert body["success"] is False
    return response.status_code, body["error"]["code"], body["error"]["message"]


def create(http: httpx.Client, **character: Any) -> str:
    """The id of a new agent, which does not run yet."""
    created = {"name": "Ada", "bio": ["The first to write a program"], **character}
    return str(got(http.post(AGENTS, json={"characterJson": created}), 201)["id"])


def names(http: httpx.Client) -> list[str]:
    """Return the names of the agents, in their order."""
    return [agent["name"] for agent in got(http.get(AGENTS))["agents"]]


def talk(http: httpx.Client, agent_id: str, content: str) -> httpx.Response:
    """Send a message in a new session with the agent; return the session's response."""
    begun = http.post(SESSIONS, json={"agentId": agent_id, "userId": ADA})
    if begun.is_success:
        path = f"{SESSIONS}/{begun.json()['sessionId']}/messages"
        assert http.post(path, json={"content": content}).status_code == 201
    return begun


def test_agent_runs_once_started(http: httpx.Client) -> None:
    """A new agent is stopped; only a running one can have sessions, has panels, and can be
    stopped."""
    agent_id = create(http)
    assert names(http) == ["Eliza", "Ada"]
    assert talk(http, agent_id, "hello").status_code == 404
    not_found = (404, "NOT_FOUND", "Agent not found")
    for path in ("panels", "logs", "runs", f"runs/{NOBODY}"):
        assert refused(http.get(f"{AGENTS}/{agent_id}/{path}")) == not_found
    assert refused(http.post(f"{AGENTS}/{agent_id}/stop")) == not_found
    expected = {"id": agent_id, "name": "Ada", "status": "active"}
    assert got(http.post(f"{AGENTS}/{agent_id}/start")) == expected
    assert got(http.post(f"{AGENTS}/{agent_id}/start")) == expected
    assert names(http) == ["Ada", "Eliza"]
    assert talk(http, agent_id, "hello").status_code == 201
    assert http.get("/api/server/status").json()["agentCount"] == 2
    assert got(http.post(f"{AGENTS}/{agent_id}/stop")) == {"message": "Agent stopped"}
    assert talk(http, agent_id, "hello").status_code == 404


def test_agent_id_is_derived_from_its_name(http: httpx.Client) -> None:
    """The id is the one that a released server derives; a second Bob changes nothing."""
    bob = "da6645f6-e22b-05f7-9974-dc7eed5fcd61"
    assert create(http, name="Bob", bio="first") == bob
    assert create(http, name="Bob", bio="second") == bob
    assert got(http.get(f"{AGENTS}/{bob}"))["bio"] == "first"
    assert create(http, name=ADA) == ADA


def test_character_comes_from_file_or_older_field(http: httpx.Client) -> None:
    """No file is read: the agent is named after the file."""
    created = got(http.post(AGENTS, json={"characterPath": "characters/grace.json"}), 201)
    assert created["character"]["name"] == "grace"
    created = got(http.post(AGENTS, json={"agent": {"name": "Alan", "bio": "b"}}), 201)
    assert names(http) == ["Eliza", "Alan", "grace"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "No character configuration provided"),
        ([], "No character configuration provided"),
        ({"characterPath": 5}, "characterPath.startsWith is not a function"),
        (
            {"characterJson": {"bio": "b"}},
            "Character validation failed: name: Invalid input: expected string, received undefined",
        ),
        ({"agent": {"name": "N"}}, "Character validation failed: bio: Invalid input"),
        (
            {"characterJson": {"name": "", "bio": 5, "topics": [1], "style": {"all": "x"}, "a": 1}},
            "Character validation failed: name: Character name is required; bio: Invalid input; "
            "topics.0: Invalid input: expected string, received number; "
            'style.all: Invalid input: expected array, received string; : Unrecognized key: "a"',
        ),
        (
            {"characterJson": []},
            "Character validation failed: : Invalid input: expected object, received array",
        ),
    ],
)
@pytest.mark.parametrize("persona", ["docs", "1.7"])
def test_character_errors_are_those_of_the_release(
    http: httpx.Client, persona: str, body: Any, message: str
) -> None:
    """All faults are listed, in the order in which the released server finds them."""
    if persona == "1.7":
        use_release(http)
    response = http.post(AGENTS, json=body)
    assert refused(response) == (400, "CREATE_ERROR", message)
    if persona == "1.7":
        assert response.json()["error"]["details"] == message


def test_secrets_are_never_shown(http: httpx.Client) -> None:
    """Responses have text that looks encrypted; an agent keeps no top-level secrets."""
    secrets = {"KEY": "s3cret"}
    created = {"name": "Ada", "bio": "b", "secrets": secrets, "settings": {"secrets": secrets}}
    response = http.post(AGENTS, json={"characterJson": created})
    path = f"{AGENTS}/{got(response, 201)['id']}"
    changed = http.patch(path, json={"settings": {"secrets": {"OTHER": "s3cret"}}})
    assert list(got(changed)["settings"]["secrets"]) == ["KEY", "OTHER"]
    assert "s3cret" not in response.text + changed.text + http.get(path).text


def test_agent_shows_its_whole_character(http: httpx.Client) -> None:
    """The fields are those of the release, whatever the character has; templates are not kept."""
    use_release(http)
    agent_id = create(http, bio="one text", templates={"t": "x"})
    assert tuple(got(http.get(f"{AGENTS}/{agent_id}"))) == PARTS
    listed = got(http.get(AGENTS))["agents"][1]
    assert (listed["bio"], listed["status"]) == ("o", "inactive")


@pytest.mark.parametrize(
    ("changes", "settings"),
    [
        ({"x": 1}, {"a": "b", "deep": {"c": 1}, "x": 1}),
        ({"a": None}, {"deep": {"c": 1}}),
        ({"deep": {"d": 2}}, {"a": "b", "deep": {"c": 1, "d": 2}}),
        ({"deep": {"c": None}}, {"a": "b"}),
        ({"deep": {}, "q": {}}, {"a": "b", "deep": {"c": 1}, "q": {}}),
        ({"deep": "flat", "a": [1]}, {"a": [1], "deep": "flat"}),
    ],
)
def test_settings_are_merged(
    http: httpx.Client, changes: dict[str, Any], settings: dict[str, Any]
) -> None:
    """Objects merge at every depth; a null removes a field, and so does an object that leaves
    nothing."""
    agent_id = create(http, settings={"a": "b", "deep": {"c": 1}})
    changed = got(http.patch(f"{AGENTS}/{agent_id}", json={"settings": changes}))
    assert changed["settings"] == settings


def test_settings_may_be_deep(http: httpx.Client) -> None:
    """Nine hundred levels are merged like one."""
    change: dict[str, Any] = {"end": 1}
    for _ in range(900):
        change = {"level": change}
    path = f"{AGENTS}/{create(http)}"
    assert got(http.patch(path, json={"settings": change}))["settings"] == change


def test_null_in_a_required_field_voids_the_change(http: httpx.Client) -> None:
    """In an optional field, a null empties it."""
    path = f"{AGENTS}/{create(http, system='s')}"
    before = got(http.get(path))
    assert got(http.patch(path, json={"name": "Eve", "topics": None})) == before
    changed = got(http.patch(path, json={"name": "Eve", "bio": None, "system": None}))
    assert (changed["name"], changed["bio"], "system" in changed) == ("Eve", "", False)


def test_update_of_unknown_agent_succeeds_in_the_release(http: httpx.Client) -> None:
    """The reference answers 404; release 1.7.2 answers that the agent is inactive."""
    assert http.patch(f"{AGENTS}/{NOBODY}", json={"name": "x"}).status_code == 404
    use_release(http)
    response = http.patch(f"{AGENTS}/{NOBODY}", json={"name": "x"})
    assert got(response) == {"status": "inactive"}


def test_deleted_agent_leaves_everything(http: httpx.Client) -> None:
    """Its worlds are deleted; its message server and its channel stay without it."""
    agent_id = create(http)
    http.post(f"{AGENTS}/{agent_id}/start")
    channel = talk(http, agent_id, "hello").json()["channelId"]
    got(http.post(f"{AGENTS}/{agent_id}/worlds", json={"name": "W"}), 201)
    http.delete(f"{AGENTS}/{agent_id}")
    assert got(http.get(f"{AGENTS}/worlds"))["worlds"] == []
    assert http.get("/api/server/servers").json()["servers"][0]["agents"] == [ELIZA]
    members = got(http.get(f"/api/messaging/channels/{channel}/participants"))
    assert agent_id not in str(members)
    assert refused(http.delete(f"{AGENTS}/{agent_id}"))[0] == 404


def test_agent_deletion_is_200_in_the_reference_204_in_the_release(http: httpx.Client) -> None:
    """The response of the release has no body."""
    first, second = create(http), create(http, name="Eve")
    assert http.delete(f"{AGENTS}/{first}").json()["success"] is True
    use_release(http)
    response = http.delete(f"{AGENTS}/{second}")
    assert (response.status_code, response.content) == (204, b"")


def test_worlds_belong_to_an_agent(http: httpx.Client) -> None:
    """Changes add to their metadata; other agents do not find them."""
    worlds = f"{AGENTS}/{ELIZA}/worlds"
    body = {"name": "W", "sourceType": "discord", "sourceId": "1", "metadata": {"a": 1}}
    created = got(http.post(worlds, json=body), 201)["world"]
    assert created == {"id": created["id"], "agentId": ELIZA, **body}
    path = f"{worlds}/{created['id']}"
    assert got(http.patch(path, json={"metadata": {"b": 2}}))["world"]["metadata"] == {
        "a": 1,
        "b": 2,
    }
    assert got(http.patch(path, json={"name": "V"}))["world"]["name"] == "V"
    missing = http.patch(f"{worlds}/{NOBODY}", json={})
    assert refused(missing) == (404, "NOT_FOUND", "World not found")
    nameless = http.post(worlds, json={"worldId": NOBODY})
    assert refused(nameless) == (400, "BAD_REQUEST", "World name is required")
    use_release(http)
    shown = got(http.patch(path, json={}))["world"]
    assert list(shown) == ["id", "agentId", "name", "metadata", "messageServerId", "createdAt"]
    assert refused(http.get(f"{AGENTS}/worlds"))[1:] == ("INVALID_ID", "Invalid agent ID format")


def test_runs_and_logs_list_an_agents_replies(http: httpx.Client) -> None:
    """Each message with a reply is a run, and one use of a model."""
    began = talk(http, ELIZA, "hello").json()
    runs = got(http.get(f"{AGENTS}/{ELIZA}/runs"))
    assert (runs["total"], runs["hasMore"]) == (1, False)
    run = runs["runs"][0]
    assert (run["status"], run["entityId"], run["durationMs"]) == ("completed", ADA, 1)
    detail = got(http.get(f"{AGENTS}/{ELIZA}/runs/{run['runId']}"))
    assert detail["summary"]["messageId"] == run["messageId"]
    assert [detail["events"][at]["type"] for at in (0, -1)] == ["RUN_STARTED", "RUN_ENDED"]
    logs = got(http.get(f"{AGENTS}/{ELIZA}/logs"))
    assert [entry["msg"].split()[-1] for entry in logs["logs"]] == ["TEXT_LARGE", "TEXT_EMBEDDING"]
    assert logs["count"] == 2
    assert got(http.get(f"{AGENTS}/{ELIZA}/runs?status=error"))["runs"] == []
    assert began["agentId"] == ELIZA


def test_runs_name_whose_message_it_was_by_a_uuid(http: httpx.Client) -> None:
    """Authors of ingested messages are any text: a UUID is kept, another text becomes one."""
    body = {"name": "C", "participantCentralUserIds": [ADA, ELIZA], "message_server_id": SERVER}
    channel = got(http.post("/api/messaging/channels", json=body), 201)["channel"]["id"]
    body = {"channel_id": channel, "message_server_id": SERVER, "content": "Hi"}
    for author in ("u1", ADA):
        ingested = {**body, "author_id": author}
        response = http.post("/api/messaging/ingest-external", json=ingested)
        assert response.is_success, response.text
    runs = got(http.get(f"{AGENTS}/{ELIZA}/runs"))["runs"]
    authors = {run["entityId"] for run in runs}
    assert ADA in authors
    assert len({str(UUID(author)) for author in authors}) == 2


def test_agent_log_entry_can_be_deleted(http: httpx.Client) -> None:
    """An unknown one is 404 in the reference, and 204 in the release."""
    talk(http, ELIZA, "hello")
    path = f"{AGENTS}/{ELIZA}/logs"
    for entry in got(http.get(path))["logs"]:
        assert http.delete(f"{path}/{entry['id']}").status_code == 204
    assert got(http.get(path)) == {"logs": [], "count": 0}
    assert refused(http.delete(f"{path}/{NOBODY}")) == (404, "NOT_FOUND", "Log not found")
    use_release(http)
    assert http.delete(f"{path}/{NOBODY}").status_code == 204


def test_release_lists_uses_of_models(http: httpx.Client) -> None:
    """They are a plain list, selected by type and count."""
    use_release(http)
    talk(http, ELIZA, "hello")
    path = f"{AGENTS}/{ELIZA}/logs"
    types = [entry["type"] for entry in got(http.get(path))]
    assert types == ["useModel:TEXT_LARGE", "useModel:TEXT_EMBEDDING"]
    assert len(got(http.get(f"{path}?count=1"))) == 1
    assert [e["type"] for e in got(http.get(f"{path}?excludeTypes=embedding"))] == types[:1]
    assert got(http.get(f"{path}?type=zap")) == []


def test_server_log_records_agents(http: httpx.Client) -> None:
    """It is read by level and agent in the reference, by exact level in the release; it can be
    cleared."""
    agent_id = create(http)
    http.post(f"{AGENTS}/{agent_id}/start")
    http.post(f"{AGENTS}/{agent_id}/stop")
    body = http.get("/api/server/logs?level=success").json()
    assert [entry["msg"] for entry in body["logs"]][-3:] == [
        "Agent created: Ada",
        "Agent started: Ada",
        "Agent stopped: Ada",
    ]
    assert http.post("/api/server/logs", json={"agentId": ELIZA}).json()["count"] == 0
    assert http.post("/api/server/logs", json={"agentId": agent_id}).json()["count"] == 1
    use_release(http)
    body = http.get("/api/server/logs?level=SUCCESS&limit=1").json()
    assert [list(entry) for entry in body["logs"]] == [["time", "level", "msg"]]
    assert (body["requestedLevel"], body["agentId"]) == ("success", "all")
    refusal = http.get("/api/server/logs?agentId=all")
    assert refused(refusal) == (400, "INVALID_AGENT_ID", "Invalid agent ID format")
    nobody = http.post("/api/server/logs?agentId=99999999-9999-4999-8999-999999999999")
    assert refused(nobody) == (404, "AGENT_NOT_FOUND", "Agent not found")
    http.delete("/api/server/logs")
    assert http.get("/api/server/logs").json()["total"] == 0


def test_environment_can_be_replaced(http: httpx.Client) -> None:
    """It is never the process's; what no line of a file can hold is lost."""
    path = "/api/system/env/local"
    assert "PATH" not in got(http.get(path))
    content = {"A": "x # y", "B": 5, "C": None, "D": True, "E": "'q # q'", "no name": "x"}
    got(http.post(path, json={"content": content}))
    kept = {"A": "x", "B": "5", "C": "", "D": "true", "E": "q # q"}
    assert got(http.get(path)) == got(http.get("/api/system/environment/local")) == kept
    invalid = (400, "INVALID_INPUT", 'Missing or invalid "content" in request body')
    assert refused(http.post(path, json={"content": "x"})) == invalid
    use_release(http)
    assert http.get("/api/system/environment/local").status_code == 404


def test_server_reports_its_health(http: httpx.Client) -> None:
    """Stopping the server stops nothing; without agents the health says so."""
    assert http.get("/api/server/hello").json() == {"message": "Hello World!"}
    assert http.get("/api/server/ping").json()["pong"] is True
    assert http.post("/api/server/stop").json() == {"message": "Server stopping..."}
    assert http.get("/api/server/health").json()["dependencies"] == {"agents": "healthy"}
    http.post(f"{AGENTS}/{ELIZA}/stop")
    assert http.get("/api/server/health").json()["dependencies"] == {"agents": "no_agents"}
    assert http.get("/api/system/version").json()["version"] == "1.7.2"
    use_release(http)
    servers = http.get("/api/server/debug/servers").json()
    assert (servers["success"], servers["count"]) == (True, 1)
    assert http.get("/api/server/servers").status_code == 404


def test_world_of_group_without_source_has_no_name(http: httpx.Client) -> None:
    """A world is named after the source of its group, which is optional."""
    server = "/api/memory/groups/00000000-0000-0000-0000-000000000000"
    group = {
        "agentIds": [ELIZA],
        "name": "Reading",
        "worldId": "4e8a1c37-d925-4f6b-b0e1-73a5c2d9f846",
    }
    assert http.post(server, json=group).status_code == 201
    worlds = http.get("/api/agents/worlds").json()["data"]["worlds"]
    assert [world["name"] for world in worlds] == [""]
