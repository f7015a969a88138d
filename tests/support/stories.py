"""A story that fills a namespace of both APIs, and every operation of theirs by its examples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx

from understudy.openapi.contract import Operation
from understudy.serving.api import Api
from understudy.serving.project import load

AGENT = "11111111-1111-4111-8111-111111111111"
ADA = "22222222-2222-4222-8222-222222222222"
ZEP = "/api/v2"
ELIZA = "/api/messaging"


@dataclass
class Story:
    """What is said to a namespace; `known` are ids by the names of parameters, `heard` all answers
    that came back."""

    http: httpx.Client
    known: dict[str, str] = field(default_factory=dict)
    heard: list[bytes] = field(default_factory=list)

    def begin(self, seed: str = "story") -> None:
        """The same seed and moment for all that are to be told alike."""
        self.http.post("/_understudy/reset", json={"seed": seed})
        self.http.post("/_understudy/clock", json={"freeze": "2026-01-01T00:00:00Z"})

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """Ask; what was answered, as JSON where it is."""
        answer = self.http.request(method, path, **more)
        assert answer.status_code != 500 or "Prefer" in answer.request.headers, answer.text
        self.heard.append(b"%d %s" % (answer.status_code, answer.content))
        return answer.json() if "json" in answer.headers.get("content-type", "") else None

    def tell(self) -> None:
        """Fill both APIs with something of each kind."""
        self._tell_zep()
        self._tell_eliza()

    def _tell_zep(self) -> None:
        known = self.known
        for name in ("ann", "bob"):
            self.ask("POST", f"{ZEP}/users", json={"user_id": name, "first_name": name.title()})
        known["userId"] = "ann"
        for name in ("s", "t"):
            body = {"session_id": name, "user_id": "ann", "metadata": {"n": 1.5, "deep": [{}]}}
            self.ask("POST", f"{ZEP}/sessions", json=body)
            for text in ("I live in Bergen.", "My boat is red. Where is it?"):
                message = {"role": "Ann", "role_type": "user", "content": text}
                said = {"messages": [message], "return_context": True}
                self.ask("POST", f"{ZEP}/sessions/{name}/memory", json=said)
                self.http.post("/_understudy/clock", json={"advance": "PT1M"})
        known["sessionId"] = "s"
        listed = self.ask("GET", f"{ZEP}/sessions/s/messages")["messages"]
        known["messageUUID"] = listed[0]["uuid"]
        known["factUUID"] = self.ask("GET", f"{ZEP}/sessions/s/facts")["facts"][0]["uuid"]
        self.ask("POST", f"{ZEP}/sessions/t/end", json={})
        known["groupId"] = "crew"
        self.ask("POST", f"{ZEP}/groups", json={"group_id": "crew", "name": "Crew"})
        body = {"group_id": "crew", "type": "text", "data": "The mast of the boat is tall."}
        episode = self.ask("POST", f"{ZEP}/graph", json=body)
        known["episodes"] = episode["uuid"]
        for kind in ("node", "edge"):
            listed = self.ask("POST", f"{ZEP}/graph/{kind}/user/ann", json={})
            known[kind] = listed[0]["uuid"]
        known["collectionName"] = "notes"
        self.ask("POST", f"{ZEP}/collections/notes", json={"description": "Notes"})
        documents = [{"content": "A red boat.", "document_id": "one"}, {"content": "A mast."}]
        made = self.ask("POST", f"{ZEP}/collections/notes/documents", json=documents)
        known["documentUUID"] = made[0][0]

    def _tell_eliza(self) -> None:
        known = self.known
        known["agentId"] = AGENT
        body = {"agentId": AGENT, "userId": ADA, "metadata": {"n": 1}}
        known["eliza"] = self.ask("POST", f"{ELIZA}/sessions", json=body)["sessionId"]
        path = f"{ELIZA}/sessions/{known['eliza']}/messages"
        for text in ("Hello", "Who are you?"):
            self.ask("POST", path, json={"content": text})
        known["jobId"] = self.ask("POST", f"{ELIZA}/jobs", json={"userId": ADA, "content": "Hi"})[
            "jobId"
        ]
        servers = self.ask("GET", f"{ELIZA}/message-servers")["data"]
        server = next(iter(servers.values()))[0]["id"]
        known["messageServerId"] = known["serverId"] = server
        channels = self.ask("GET", f"{ELIZA}/message-servers/{server}/channels")["data"]
        known["channelId"] = channels["channels"][0]["id"]
        said = self.ask("GET", f"{ELIZA}/channels/{known['channelId']}/messages")["data"]
        known["messageId"] = said["messages"][0]["id"]
        room = self.ask("POST", f"/api/agents/{AGENT}/rooms", json={"name": "den"})["data"]
        known["roomId"] = room["id"]
        files = {"file": ("a.png", b"\x89PNG\x00\xff", "image/png")}
        upload = self.ask("POST", f"/api/media/{AGENT}/upload-media", files=files)
        known["filename"] = upload["url"].rpartition("/")[2]

    def read_everything(self) -> list[bytes]:
        """What every GET of both APIs answers, with the ids of the story."""
        return [self._send(api, operation) for api, operation in operations("GET")]

    def do_everything(self) -> None:
        """Every operation by its examples, with the ids of the story; what deletes comes last."""
        for api, operation in operations("GET", "POST", "PUT", "PATCH", "DELETE"):
            self._send(api, operation)

    def _send(self, api: Api, operation: Operation) -> bytes:
        path = api.contract.base_path + operation.path
        for parameter in operation.parameters:
            if parameter.where == "path":
                path = path.replace(f"{{{parameter.name}}}", self._id(api, operation, parameter))
        body = operation.body
        media = None if body is None else body.media.get("application/json")
        example = None if media is None else next(media.examples(api.contract.document), None)
        self.ask(operation.method, path, **({} if example is None else {"json": example}))
        return self.heard[-1]

    def _id(self, api: Api, operation: Operation, parameter: Any) -> str:
        known = self.known
        if parameter.name == "sessionId" and api.name == "eliza":
            return known["eliza"]
        if parameter.name == "uuid":
            kinds = ("node", "edge", "episodes")
            return next(known[kind] for kind in kinds if f"/{kind}/" in operation.path)
        return known.get(parameter.name, str(parameter.definition.get("example", "none")))


@cache
def _apis() -> list[Api]:
    return load([])


def operations(*methods: str) -> Iterator[tuple[Api, Operation]]:
    """The operations of both APIs, by method in this order."""
    for method in methods:
        for api in _apis():
            for operation in api.contract.operations:
                if operation.method == method:
                    yield api, operation
