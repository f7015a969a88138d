"""A chat with memory: what Ann tells an agent on Monday, it still knows on Tuesday.

Start the stand-in, and run this with Zep's own client (pip install zep-cloud):

    understudy serve
    python examples/chat_with_memory.py http://127.0.0.1:3000/api/v4

Without a base URL the client would connect to Zep itself. chat_with_memory_v2.py is the same
program for zep-cloud 2.x.
"""

from __future__ import annotations

import os
import sys

from zep_cloud import AddMessage, Thread, User
from zep_cloud.client import Zep
from zep_cloud.core.api_error import ApiError

MONDAY = [
    "Hello, I am Ann. I live in Bergen and I love skiing.",
    "My knee hurts since the last trip to Geilo.",
    "Which exercises help before the season?",
]
TUESDAY = "What was it with my knee?"


def main(base_url: str) -> None:
    """Hold two conversations of one user, and print what is known about her."""
    zep = Zep(api_key=os.environ.get("ZEP_API_KEY", "example"), base_url=base_url)
    ann = zep.user.create(first_name="Ann", email="ann@example.com")

    title("Monday")
    monday = zep.thread.create(user_uuid=ann.uuid_)
    for text in MONDAY:
        talk(zep, monday, text)

    title("Messages")
    for message in zep.thread.list_messages(monday.uuid_):
        print(f"  {message.name}: {message.content}")

    title("Facts about Ann")
    for edge in zep.graph.edge.list(ann.graph_uuid):
        print(f"  {edge.fact}")

    title("Summary of Monday")
    print(f"  {zep.thread.get_summary(monday.uuid_).summary}")

    title("Tuesday")
    talk(zep, zep.thread.create(user_uuid=ann.uuid_), TUESDAY)

    title("Searching all that Ann said for 'knee pain'")
    for episode in zep.graph.search_episodes(ann.graph_uuid, query="knee pain", page_size=2).items:
        print(f"  {episode.score:.2f}  {episode.content}")

    title("The end")
    forget(zep, ann, monday)


def talk(zep: Zep, thread: Thread, text: str) -> None:
    """Take one turn: store Ann's message, get its context, answer, and store the answer."""
    question = AddMessage(role="user", name="Ann", content=text)
    added = zep.thread.add_messages(thread.uuid_, messages=[question], return_context=True)
    reply = answer(text, added.context or "")
    response = AddMessage(role="assistant", name="Agent", content=reply)
    zep.thread.add_messages(thread.uuid_, messages=[response])
    print(f"  Ann: {text}\n  Agent: {reply}")


def answer(text: str, context: str) -> str:
    """Answer; a real agent would send the context to a language model."""
    facts = context.partition("<FACTS>")[2].splitlines()
    known = [line for line in facts if "Ann: " in line and text not in line]
    return f"I remember {len(known)} thing(s) that you told me." if known else "Nice to meet you."


def forget(zep: Zep, user: User, thread: Thread) -> None:
    """Delete the user, and show that her conversations are gone, too."""
    task = zep.user.delete(user.uuid_).task
    print(f"  Forgotten: {zep.task.get(task.uuid_).status}")
    try:
        zep.thread.get(thread.uuid_)
    except ApiError as error:
        print(f"  The conversation: {error.status_code} {error.body.error.code}")


def title(text: str) -> None:
    """Print a heading."""
    print(f"\n{text}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Give the URL of the API, for example http://127.0.0.1:3000/api/v4")
    main(sys.argv[1])
