"""Users, their sessions, and what was said in them: the state of a server, in dicts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from bodies import Classifier, NewMessages, NewSession, NewUser, SessionEnd, Window
from werkzeug.exceptions import BadRequest, Conflict, NotFound

Record = dict[str, Any]


class Project:
    """What belongs to one key."""

    def __init__(self) -> None:
        self.uuid = str(uuid4())
        self.users: dict[str, Record] = {}
        self.sessions: dict[str, Record] = {}
        self.messages: dict[str, list[Record]] = {}

    def add_user(self, new: NewUser) -> Record:
        """Add a user under an id that is free."""
        if new.user_id in self.users:
            raise BadRequest(f"user already exists with user_id: {new.user_id}")
        self.users[new.user_id] = self._record() | new.model_dump(exclude_none=True)
        return self.users[new.user_id]

    def user(self, user_id: str) -> Record:
        """Return a user, with the number of its sessions if it has any."""
        count = len(self._sessions_of(user_id))
        return found(self.users, user_id) | ({"session_count": count} if count else {})

    def delete_user(self, user_id: str) -> None:
        """Delete a user with all its sessions."""
        found(self.users, user_id)
        for session_id in self._sessions_of(user_id):
            self.delete_session(session_id)
        del self.users[user_id]

    def add_session(self, new: NewSession) -> Record:
        """Add a session of a known user under an id that is free."""
        if new.session_id in self.sessions:
            raise BadRequest(f"session already exists with session_id: {new.session_id}")
        if new.user_id not in self.users:
            raise BadRequest("user not found")
        state: Record = {"ended_at": None, "classifications": {}, "facts": []}
        self.sessions[new.session_id] = self._record() | state | new.model_dump()
        self.messages[new.session_id] = []
        return self.sessions[new.session_id]

    def session(self, session_id: str) -> Record:
        """Return a session, ended or not."""
        return found(self.sessions, session_id)

    def end_session(self, session_id: str, end: SessionEnd) -> Record:
        """End a session, and classify it if asked. The first end counts."""
        session = self.session(session_id)
        if session["ended_at"] is None:
            session["ended_at"] = session["updated_at"] = now()
        if end.classify is None:
            return {"session": session}
        chosen = classify(self.messages[session_id], end.classify)
        if end.classify.persist is not False:
            session["classifications"][end.classify.name] = chosen
        return {"session": session, "classification": {"class": chosen, "label": end.classify.name}}

    def delete_session(self, session_id: str) -> None:
        """Delete a session with its messages, ended or not."""
        found(self.sessions, session_id)
        del self.sessions[session_id], self.messages[session_id]

    def add_messages(self, session_id: str, new: NewMessages) -> Record:
        """Add all messages, or none, to a session that has not ended."""
        session = self.session(session_id)
        if session["ended_at"] is not None:
            raise Conflict("session has ended")
        taken = {message["uuid"] for said in self.messages.values() for message in said}
        chosen = [str(message.uuid) for message in new.messages if message.uuid]
        if len(set(chosen)) < len(chosen) or taken & set(chosen):
            raise BadRequest("message_uuid already exists")
        time = session["updated_at"] = now()
        for message in new.messages:
            given = message.model_dump(mode="json", exclude_none=True)
            record = {"uuid": str(uuid4()), "created_at": time, "updated_at": time, "role": ""}
            self.messages[session_id].append(record | given)
        return {"context": context(self.messages[session_id])} if new.return_context else {}

    def memory(self, session_id: str, window: Window) -> Record:
        """Return the last messages of a session, six unless asked otherwise."""
        found(self.sessions, session_id)
        messages = self.messages[session_id][-(window.last_n or 6) :]
        return {"messages": messages, "context": context(messages), "relevant_facts": []}

    def _record(self) -> Record:
        """Return what users and sessions have in common."""
        times = {"created_at": now(), "updated_at": now(), "deleted_at": None}
        return {"uuid": str(uuid4()), "project_uuid": self.uuid, **times}

    def _sessions_of(self, user_id: str) -> list[str]:
        return [name for name, session in self.sessions.items() if session["user_id"] == user_id]


def now() -> str:
    """Return the time as Zep writes it: UTC, without trailing zeros."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}".rstrip("0").rstrip(".") + "Z"


def found(records: dict[str, Record], name: str) -> Record:
    """Return the record of that name. Raises NotFound."""
    if name not in records:
        raise NotFound("not found")
    return records[name]


def context(messages: list[Record]) -> str:
    """Return what was said, a line for each message."""
    return "\n".join(f"{m['role'] or m['role_type']}: {m['content']}" for m in messages)


def classify(messages: list[Record], classifier: Classifier) -> str:
    """Return the class that is named last; a real Zep asks a language model."""
    said = context(messages[-(classifier.last_n or 4) :])
    return max(classifier.classes, key=said.rfind)
