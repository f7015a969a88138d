"""A scenario that fills a namespace of all APIs, and calls of all their operations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx

from understudy.openapi.operation import Operation
from understudy.serving.api import Api
from understudy.serving.project import load

AGENT = "11111111-1111-4111-8111-111111111111"
ADA = "22222222-2222-4222-8222-222222222222"
ZEP = "/api/v2"
ZEP4 = "/api/v4"
ELIZA = "/api/messaging"


@dataclass
class Scenario:
    """Requests to a namespace, ids by the names of parameters (`known`), and all responses."""

    http: httpx.Client
    known: dict[str, str] = field(default_factory=dict)
    responses: list[bytes] = field(default_factory=list)

    def begin(self, seed: str = "story") -> None:
        """Reset the namespace to a seed, and freeze its clock."""
        self.http.post("/_understudy/reset", json={"seed": seed})
        self.http.post("/_understudy/clock", json={"freeze": "2026-01-01T00:00:00Z"})

    def send(self, method: str, path: str, **more: Any) -> Any:
        """Send a request, and return the JSON of its response, or None."""
        response = self.http.request(method, path, **more)
        assert response.status_code != 500 or "Prefer" in response.request.headers, response.text
        self.responses.append(b"%d %s" % (response.status_code, response.content))
        return response.json() if "json" in response.headers.get("content-type", "") else None

    def fill(self) -> None:
        """Add records of each kind to all APIs."""
        self._fill_zep()
        self._fill_zep3()
        self._fill_zep4()
        self._fill_eliza()

    def _fill_zep(self) -> None:
        known = self.known
        for name in ("ann", "bob"):
            self.send("POST", f"{ZEP}/users", json={"user_id": name, "first_name": name.title()})
        known["userId"] = "ann"
        for name in ("s", "t"):
            body = {"session_id": name, "user_id": "ann", "metadata": {"n": 1.5, "deep": [{}]}}
            self.send("POST", f"{ZEP}/sessions", json=body)
            for text in ("I live in Bergen.", "My boat is red. Where is it?"):
                message = {"role": "Ann", "role_type": "user", "content": text}
                memory = {"messages": [message], "return_context": True}
                self.send("POST", f"{ZEP}/sessions/{name}/memory", json=memory)
                self.http.post("/_understudy/clock", json={"advance": "PT1M"})
        known["sessionId"] = "s"
        listed = self.send("GET", f"{ZEP}/sessions/s/messages")["messages"]
        known["messageUUID"] = listed[0]["uuid"]
        known["factUUID"] = self.send("GET", f"{ZEP}/sessions/s/facts")["facts"][0]["uuid"]
        self.send("POST", f"{ZEP}/sessions/t/end", json={})
        known["groupId"] = "crew"
        self.send("POST", f"{ZEP}/groups", json={"group_id": "crew", "name": "Crew"})
        body = {"group_id": "crew", "type": "text", "data": "The mast of the boat is tall."}
        episode = self.send("POST", f"{ZEP}/graph", json=body)
        known["episodes"] = episode["uuid"]
        for kind in ("node", "edge"):
            listed = self.send("POST", f"{ZEP}/graph/{kind}/user/ann", json={})
            known[kind] = listed[0]["uuid"]
        known["collectionName"] = "notes"
        self.send("POST", f"{ZEP}/collections/notes", json={"description": "Notes"})
        documents = [{"content": "A red boat.", "document_id": "one"}, {"content": "A mast."}]
        uuids = self.send("POST", f"{ZEP}/collections/notes/documents", json=documents)
        known["documentUUID"] = uuids[0][0]

    def _fill_zep3(self) -> None:
        known = self.known
        known |= {"threadId": "s", "user_id": "ann", "group_id": "crew", "graph_id": "crew"}
        known |= {"template_id": "brief", "node_uuid": known["node"]}
        body = {"template_id": "brief", "template": "%{edges}"}
        self.send("POST", f"{ZEP}/context-templates", json=body)
        said = {"messages": [{"role": "user", "content": "The harbour is deep."}]}
        added = self.send("POST", f"{ZEP}/threads/s/messages", json=said)
        known["message_uuid"] = added["message_uuids"][0]
        batch = self.send("POST", f"{ZEP}/batches", json={"ignore_roles": ["system"]})
        known["batch_id"] = known["batch_uuid"] = batch["batch_id"]
        item = {"type": "graph_episode", "graph_id": "crew", "data": "Ropes.", "data_type": "text"}
        self.send("POST", f"{ZEP}/batches/{batch['batch_id']}/items", json={"items": [item]})

    def _fill_zep4(self) -> None:
        known = self.known
        user = self.send("POST", f"{ZEP4}/users/lookup", json={"user_id": "ann"})
        thread = self.send("POST", f"{ZEP4}/threads/lookup", json={"thread_id": "s"})
        known |= {"user_uuid": user["uuid"], "thread_uuid": thread["uuid"]}
        known["graph_uuid"] = graph = user["graph_uuid"]
        for name in ("episode", "node", "edge", "observation"):
            page = self.send("POST", f"{ZEP4}/graphs/{graph}/{name}s/list", json={})
            known[f"{name}_uuid"] = page["items"][0]["uuid"]
        templates = self.send("POST", f"{ZEP4}/context-templates/list", json={})
        known["template_uuid"] = templates["items"][0]["uuid"]
        warmed = self.send("POST", f"{ZEP4}/graphs/{graph}/warm")
        known["task_uuid"] = known["task_id"] = warmed["task"]["uuid"]

    def _fill_eliza(self) -> None:
        known = self.known
        known["agentId"] = AGENT
        body = {"agentId": AGENT, "userId": ADA, "metadata": {"n": 1}}
        known["eliza"] = self.send("POST", f"{ELIZA}/sessions", json=body)["sessionId"]
        path = f"{ELIZA}/sessions/{known['eliza']}/messages"
        for text in ("Hello", "Who are you?"):
            self.send("POST", path, json={"content": text})
        known["jobId"] = self.send("POST", f"{ELIZA}/jobs", json={"userId": ADA, "content": "Hi"})[
            "jobId"
        ]
        servers = self.send("GET", f"{ELIZA}/message-servers")["data"]
        server = next(iter(servers.values()))[0]["id"]
        known["messageServerId"] = known["serverId"] = server
        channels = self.send("GET", f"{ELIZA}/message-servers/{server}/channels")["data"]
        known["channelId"] = channels["channels"][0]["id"]
        page = self.send("GET", f"{ELIZA}/channels/{known['channelId']}/messages")["data"]
        known["messageId"] = page["messages"][0]["id"]
        room = self.send("POST", f"/api/agents/{AGENT}/rooms", json={"name": "den"})["data"]
        known["roomId"] = room["id"]
        files = {"file": ("a.png", b"\x89PNG\x00\xff", "image/png")}
        upload = self.send("POST", f"/api/media/{AGENT}/upload-media", files=files)
        known["filename"] = upload["url"].rpartition("/")[2]

    def call_all_reads(self) -> list[bytes]:
        """Call every GET of all APIs with the scenario's ids, and return the responses."""
        return [self._call(api, operation) for api, operation in operations("GET")]

    def call_all_operations(self) -> None:
        """Call every operation with its examples and the scenario's ids, DELETE last."""
        for api, operation in operations("GET", "POST", "PUT", "PATCH", "DELETE"):
            self._call(api, operation)

    def _call(self, api: Api, operation: Operation) -> bytes:
        path = api.contract.base_path + operation.path
        for parameter in operation.parameters:
            if parameter.where == "path":
                path = path.replace(f"{{{parameter.name}}}", self._id(api, operation, parameter))
        body = operation.body
        media = None if body is None else body.media.get("application/json")
        example = None if media is None else next(media.examples(api.contract.document), None)
        self.send(operation.method, path, **({} if example is None else {"json": example}))
        return self.responses[-1]

    def _id(self, api: Api, operation: Operation, parameter: Any) -> str:
        known = self.known
        if parameter.name == "sessionId" and api.name == "eliza":
            return known["eliza"]
        if parameter.name == "uuid":
            kinds = ("node", "edge", "episodes")
            found = (known[kind] for kind in kinds if f"/{kind}/" in operation.path)
            return next(found, str(parameter.definition.get("example", "none")))
        return known.get(parameter.name, str(parameter.definition.get("example", "none")))


@cache
def _apis() -> list[Api]:
    return load([])


def operations(*methods: str) -> Iterator[tuple[Api, Operation]]:
    """Yield the operations of all APIs, by method in this order."""
    for method in methods:
        for api in _apis():
            for operation in api.contract.operations:
                if operation.method == method:
                    yield api, operation
