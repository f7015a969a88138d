"""A chat with memory, by v2 of Zep: what Ann tells an agent on Monday, it still knows on Tuesday.

Start the stand-in, and run this with the client of that generation (pip install zep-cloud==2.22.0):

    understudy serve
    ZEP_API_URL=http://127.0.0.1:3000 python examples/chat_with_memory_v2.py

The client takes its base URL from ZEP_API_URL; without the variable it would connect to Zep itself.
"""

from __future__ import annotations

import os
import sys
from uuid import uuid4

from zep_cloud import ClassifySessionRequest, Message
from zep_cloud.client import Zep
from zep_cloud.core.api_error import ApiError

MONDAY = [
    "Hello, I am Ann. I live in Bergen and I love skiing.",
    "My knee hurts since the last trip to Geilo.",
    "Which exercises help before the season?",
]
TUESDAY = "What was it with my knee?"


def main() -> None:
    """Hold two conversations of one user, and print what is known about her."""
    zep = Zep(api_key=os.environ.get("ZEP_API_KEY", "example"))
    user_id = f"ann-{uuid4().hex[:8]}"
    zep.user.add(user_id=user_id, first_name="Ann", email="ann@example.com")

    title("Monday")
    monday = start_session(zep, user_id)
    for text in MONDAY:
        talk(zep, monday, text)

    title("Messages")
    for message in zep.memory.get(monday).messages or []:
        print(f"  {message.role or message.role_type}: {message.content}")

    title("Facts about Ann")
    for fact in zep.memory.get_session_facts(monday).facts or []:
        print(f"  {fact.fact}")

    title("The end of Monday")
    end(zep, monday)

    title("Tuesday")
    talk(zep, start_session(zep, user_id), TUESDAY)

    title("Searching all of Ann's sessions for 'knee pain'")
    results = zep.memory.search_sessions(
        text="knee pain", user_id=user_id, search_scope="messages", limit=2
    )
    for result in results.results or []:
        if result.message:
            print(f"  {result.score:.2f}  {result.message.content}")


def start_session(zep: Zep, user_id: str) -> str:
    """Start a new conversation of the user, and return its session id."""
    session_id = f"chat-{uuid4().hex[:8]}"
    zep.memory.add_session(session_id=session_id, user_id=user_id, metadata={"channel": "chat"})
    return session_id


def talk(zep: Zep, session_id: str, text: str) -> None:
    """Take one turn: store Ann's message, get its context, answer, and store the answer."""
    question = Message(role="Ann", role_type="user", content=text)
    context = zep.memory.add(session_id, messages=[question], return_context=True).context or ""
    reply = answer(text, context)
    response = Message(role="Agent", role_type="assistant", content=reply)
    zep.memory.add(session_id, messages=[response])
    print(f"  Ann: {text}\n  Agent: {reply}")


def answer(text: str, context: str) -> str:
    """Answer; a real agent would send the context to a language model."""
    known = [line for line in context.splitlines() if "Ann: " in line and text not in line]
    return f"I remember {len(known)} thing(s) that you told me." if known else "Nice to meet you."


def end(zep: Zep, session_id: str) -> None:
    """End the session with a classification, and show that it accepts no more messages."""
    ended = zep.memory.end_session(
        session_id,
        classify=ClassifySessionRequest(name="topic", classes=["travel", "knee", "weather"]),
    )
    assert ended.session
    assert ended.classification
    print(f"  It ended at {ended.session.ended_at}; it was about {ended.classification.class_}.")
    try:
        zep.memory.add(session_id, messages=[Message(role_type="user", content="One more thing")])
    except ApiError as error:
        print(f"  It takes no more messages: {error.status_code} {error.body['message']}")


def title(text: str) -> None:
    """Print a heading."""
    print(f"\n{text}")


if __name__ == "__main__":
    if "ZEP_API_URL" not in os.environ:
        sys.exit("Set ZEP_API_URL to the URL of the stand-in, for example http://127.0.0.1:3000")
    main()
