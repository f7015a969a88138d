"""An assistant that talks through an Eliza agent, and remembers in Zep.

    ZEP_API_KEY=... ELIZA_URL=http://127.0.0.1:3000 python agent.py ann

Both services fail now and then, as services do: it is patient with them, but not for ever.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, uuid4, uuid5

import httpx
from zep_cloud import Message, NotFoundError
from zep_cloud.client import Zep
from zep_cloud.core.api_error import ApiError

T = TypeVar("T")
Sleep = Callable[[float], None]

#: How often a request is made, and how long to wait before the second time: twice that the third.
ATTEMPTS = 4
FIRST_WAIT = 0.5
LONGEST_WAIT = 90.0
#: Zep takes messages of at most 2500 characters, Eliza of 4000: memory must leave room.
MOST_MEMORY = 1200
MOST_STORED = 2500

WORTH_ANOTHER = {429, 500, 502, 503, 504}
GONE = {404, 410}


class Assistant:
    """One user's assistant: `begin`, `say` as often as you like, `end`."""

    def __init__(
        self, user_id: str, zep: Zep, eliza: httpx.Client, sleep: Sleep = time.sleep
    ) -> None:
        self.user_id = user_id
        self.memory_id = ""
        self.session_id = ""
        self._zep = zep
        self._eliza = eliza
        self._sleep = sleep

    def begin(self) -> None:
        """Begin a conversation; Zep knows the user from the ones before."""
        try:
            self._patiently(lambda: self._zep.user.get(self.user_id))
        except NotFoundError:
            self._patiently(lambda: self._zep.user.add(user_id=self.user_id))
        self._begin_memory()
        self._begin_session()

    def say(self, text: str) -> str:
        """What the agent answers; both sides are remembered."""
        prompt = f"{self.recall()}\n{text}"
        try:
            answer = self._send(prompt)
        except httpx.HTTPStatusError as error:
            if error.response.status_code not in GONE:
                raise
            self._begin_session()  # it expired, or somebody ended it
            answer = self._send(prompt)
        self._remember(text, answer)
        return answer

    def recall(self) -> str:
        """What Zep knows that bears on the conversation."""
        memory = self._patiently(lambda: self._zep.memory.get(self.memory_id))
        return (memory.context or "")[-MOST_MEMORY:]

    def renew(self) -> None:
        """Keep the session through a pause; begin another one where it is too late."""
        try:
            self._ask("POST", f"/api/messaging/sessions/{self.session_id}/renew")
        except httpx.HTTPStatusError as error:
            if error.response.status_code not in GONE:
                raise
            self._begin_session()

    def end(self) -> None:
        """End the conversation, if it has not ended by itself."""
        try:
            self._ask("DELETE", f"/api/messaging/sessions/{self.session_id}")
        except httpx.HTTPStatusError as error:
            if error.response.status_code not in GONE:
                raise
        self._patiently(lambda: self._zep.memory.end_session(self.memory_id))

    def _begin_memory(self) -> None:
        self.memory_id = f"talk-{uuid4()}"
        self._patiently(
            lambda: self._zep.memory.add_session(session_id=self.memory_id, user_id=self.user_id)
        )

    def _begin_session(self) -> None:
        agents = self._ask("GET", "/api/agents")["data"]["agents"]
        who = str(uuid5(NAMESPACE_URL, self.user_id))  # Eliza wants a UUID
        wanted = {"agentId": agents[0]["id"], "userId": who}
        self.session_id = self._ask("POST", "/api/messaging/sessions", wanted)["sessionId"]

    def _send(self, prompt: str) -> str:
        path = f"/api/messaging/sessions/{self.session_id}/messages"
        told = self._ask("POST", path, {"content": prompt, "transport": "http"})
        return str(told["agentResponse"]["text"])

    def _remember(self, text: str, answer: str) -> None:
        messages = [
            Message(role=self.user_id, role_type="user", content=text),
            Message(role="Eliza", role_type="assistant", content=answer[:MOST_STORED]),
        ]
        try:
            self._patiently(lambda: self._zep.memory.add(self.memory_id, messages=messages))
        except ApiError as error:
            if error.status_code != 409:
                raise
            self._begin_memory()  # somebody ended this one
            self._patiently(lambda: self._zep.memory.add(self.memory_id, messages=messages))

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        def once() -> Any:
            return self._eliza.request(method, path, json=body).raise_for_status().json()

        return self._patiently(once)

    def _patiently(self, once: Callable[[], T]) -> T:
        for attempt in range(ATTEMPTS - 1):
            try:
                return once()
            except (httpx.HTTPStatusError, httpx.TransportError, ApiError) as error:
                wait = wait_after(error, FIRST_WAIT * 2**attempt)
                if wait is None:
                    raise
                self._sleep(wait)
        return once()


def wait_after(error: Exception, backoff: float) -> float | None:
    """Seconds to wait before another attempt; None where it would be no use."""
    if isinstance(error, ApiError):  # Zep's client does not show headers
        return backoff if error.status_code in WORTH_ANOTHER else None
    if not isinstance(error, httpx.HTTPStatusError):
        return backoff
    if error.response.status_code not in WORTH_ANOTHER:
        return None
    wait = float(error.response.headers.get("retry-after", backoff))
    return wait if wait <= LONGEST_WAIT else None


def main() -> None:
    """A conversation on the terminal."""
    zep = Zep(api_key=os.environ["ZEP_API_KEY"], timeout=10)
    with httpx.Client(base_url=os.environ["ELIZA_URL"], timeout=10) as eliza:
        assistant = Assistant(sys.argv[1], zep, eliza)
        assistant.begin()
        for line in sys.stdin:
            print(assistant.say(line.strip()))
        assistant.end()


if __name__ == "__main__":
    main()
