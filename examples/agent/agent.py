"""An assistant that talks through an Eliza agent, with its memory in Zep.

    ZEP_API_KEY=... ELIZA_URL=http://127.0.0.1:3000 python agent.py ann

Failed requests to both services are repeated, a limited number of times.
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

#: Attempts of a request, and seconds to wait before the second one; the wait doubles each time.
ATTEMPTS = 4
FIRST_WAIT = 0.5
LONGEST_WAIT = 90.0
#: Zep accepts messages of at most 2500 characters, Eliza of 4000: memory must leave room.
MOST_MEMORY = 1200
MOST_STORED = 2500

RETRYABLE = {429, 500, 502, 503, 504}
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
        """Begin a conversation; Zep may know the user from earlier ones."""
        try:
            self._with_retries(lambda: self._zep.user.get(self.user_id))
        except NotFoundError:
            self._with_retries(lambda: self._zep.user.add(user_id=self.user_id))
        self._begin_memory()
        self._begin_session()

    def say(self, text: str) -> str:
        """Return the agent's answer; Zep stores both messages."""
        prompt = f"{self.recall()}\n{text}"
        try:
            answer = self._send(prompt)
        except httpx.HTTPStatusError as error:
            if error.response.status_code not in GONE:
                raise
            self._begin_session()  # it expired, or was ended
            answer = self._send(prompt)
        self._remember(text, answer)
        return answer

    def recall(self) -> str:
        """Return what Zep knows about the conversation."""
        memory = self._with_retries(lambda: self._zep.memory.get(self.memory_id))
        return (memory.context or "")[-MOST_MEMORY:]

    def renew(self) -> None:
        """Extend the session over a pause; begin a new one if it is too late."""
        try:
            self._request("POST", f"/api/messaging/sessions/{self.session_id}/renew")
        except httpx.HTTPStatusError as error:
            if error.response.status_code not in GONE:
                raise
            self._begin_session()

    def end(self) -> None:
        """End the conversation, unless it has ended already."""
        try:
            self._request("DELETE", f"/api/messaging/sessions/{self.session_id}")
        except httpx.HTTPStatusError as error:
            if error.response.status_code not in GONE:
                raise
        self._with_retries(lambda: self._zep.memory.end_session(self.memory_id))

    def _begin_memory(self) -> None:
        self.memory_id = f"talk-{uuid4()}"
        self._with_retries(
            lambda: self._zep.memory.add_session(session_id=self.memory_id, user_id=self.user_id)
        )

    def _begin_session(self) -> None:
        agents = self._request("GET", "/api/agents")["data"]["agents"]
        user = str(uuid5(NAMESPACE_URL, self.user_id))  # Eliza needs a UUID
        body = {"agentId": agents[0]["id"], "userId": user}
        self.session_id = self._request("POST", "/api/messaging/sessions", body)["sessionId"]

    def _send(self, prompt: str) -> str:
        path = f"/api/messaging/sessions/{self.session_id}/messages"
        message = self._request("POST", path, {"content": prompt, "transport": "http"})
        return str(message["agentResponse"]["text"])

    def _remember(self, text: str, answer: str) -> None:
        messages = [
            Message(role=self.user_id, role_type="user", content=text),
            Message(role="Eliza", role_type="assistant", content=answer[:MOST_STORED]),
        ]
        try:
            self._with_retries(lambda: self._zep.memory.add(self.memory_id, messages=messages))
        except ApiError as error:
            if error.status_code != 409:
                raise
            self._begin_memory()  # another program ended this one
            self._with_retries(lambda: self._zep.memory.add(self.memory_id, messages=messages))

    def _request(self, method: str, path: str, body: Any = None) -> Any:
        def send() -> Any:
            return self._eliza.request(method, path, json=body).raise_for_status().json()

        return self._with_retries(send)

    def _with_retries(self, send: Callable[[], T]) -> T:
        for attempt in range(ATTEMPTS - 1):
            try:
                return send()
            except (httpx.HTTPStatusError, httpx.TransportError, ApiError) as error:
                wait = wait_after(error, FIRST_WAIT * 2**attempt)
                if wait is None:
                    raise
                self._sleep(wait)
        return send()


def wait_after(error: Exception, backoff: float) -> float | None:
    """Return the seconds to wait before another attempt; None if that is useless."""
    if isinstance(error, ApiError):  # Zep's client does not show headers
        return backoff if error.status_code in RETRYABLE else None
    if not isinstance(error, httpx.HTTPStatusError):
        return backoff
    if error.response.status_code not in RETRYABLE:
        return None
    wait = float(error.response.headers.get("retry-after", backoff))
    return wait if wait <= LONGEST_WAIT else None


def main() -> None:
    """Hold a conversation on the terminal."""
    zep = Zep(api_key=os.environ["ZEP_API_KEY"], timeout=10)
    with httpx.Client(base_url=os.environ["ELIZA_URL"], timeout=10) as eliza:
        assistant = Assistant(sys.argv[1], zep, eliza)
        assistant.begin()
        for line in sys.stdin:
            print(assistant.say(line.strip()))
        assistant.end()


if __name__ == "__main__":
    main()
