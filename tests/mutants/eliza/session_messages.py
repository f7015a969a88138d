"""Breakages of what is said in a session: sending it, and reading it again."""

from __future__ import annotations

from tests.mutants.eliza.parts import (
    MESSAGES,
    answers,
    asking,
    breaks,
    hears,
    query_of,
    unasked,
    without,
)
from tests.mutants.mutated_app import Answered, Ask, Asked


@breaks("POST", MESSAGES)
async def a_message_is_not_kept(asked: Asked, ask: Ask) -> Answered:
    """Only the first message that is sent is kept; later ones are answered like it."""
    first: Answered | None = ask.memory.get(asked.path)
    if first is not None:
        return first
    answer = await ask(asked)
    if answer.status == 201:
        ask.memory[asked.path] = answer
    return answer


@breaks("POST|GET", MESSAGES)
async def one_message_in_ten_is_lost(asked: Asked, ask: Ask) -> Answered:
    """Every tenth message is answered and not kept."""
    answer = await ask(asked)
    if asked.method == "POST" and answer.status == 201:
        ask.memory["said"] = ask.memory.get("said", 0) + 1
        if ask.memory["said"] % 10 == 0:
            ask.memory.setdefault("lost", set()).add(
                answer.body.get("userMessage", answer.body)["id"]
            )
    elif answer.status == 200:
        lost = ask.memory.get("lost", set())
        kept = [m for m in answer.body["messages"] if m["id"] not in lost]
        return answer.saying(messages=kept)
    return answer


@answers("GET", MESSAGES)
def history_is_oldest_first(answer: Answered) -> object:
    """What was said comes oldest first."""
    return answer.body | {"messages": answer.body["messages"][::-1]}


@answers("GET", MESSAGES)
def history_is_sorted_by_text(answer: Answered) -> object:
    """What was said comes in the order of the alphabet."""
    return answer.body | {"messages": sorted(answer.body["messages"], key=lambda m: m["content"])}


@hears("GET", MESSAGES)
def a_limit_is_ignored(asked: Asked) -> Asked:
    """The limit of a page is ignored."""
    return unasked(asked, "limit")


@hears("GET", MESSAGES)
def before_is_ignored(asked: Asked) -> Asked:
    """Where to read back from is ignored."""
    return unasked(asked, "before")


@hears("GET", MESSAGES)
def after_is_ignored(asked: Asked) -> Asked:
    """Where to read on from is ignored."""
    return unasked(asked, "after")


@hears("GET", MESSAGES)
def before_is_inclusive(asked: Asked) -> Asked:
    """A page before a time has the message of that time again."""
    before = query_of(asked).get("before", "")
    if not before.isdigit():
        return asked
    return asking(asked, before=str(int(before) + 1))


@hears("GET", MESSAGES)
def after_is_inclusive(asked: Asked) -> Asked:
    """A page after a time has the message of that time again."""
    after = query_of(asked).get("after", "")
    if not after.isdigit():
        return asked
    return asking(asked, after=str(int(after) - 1))


@hears("GET", MESSAGES)
def a_page_is_twenty(asked: Asked) -> Asked:
    """A page has twenty messages unless it is told."""
    return asked if "limit" in query_of(asked) else asking(asked, limit="20")


@hears("GET", MESSAGES)
def a_page_has_no_default(asked: Asked) -> Asked:
    """A page has as many messages as may be unless it is told."""
    return asked if "limit" in query_of(asked) else asking(asked, limit="100")


@answers("GET", MESSAGES)
def there_is_never_more(answer: Answered) -> object:
    """There is never more to read."""
    return answer.body | {"hasMore": False}


@answers("GET", MESSAGES)
def there_is_always_more(answer: Answered) -> object:
    """There is always more to read."""
    return answer.body | {"hasMore": True}


@answers("GET", MESSAGES)
def cursors_are_left_out(answer: Answered) -> object:
    """A page does not say where it begins and ends."""
    return {name: value for name, value in answer.body.items() if name != "cursors"}


@answers("GET", MESSAGES)
def cursors_are_swapped(answer: Answered) -> object:
    """The cursors of a page change places."""
    cursors = answer.body.get("cursors")
    if not cursors:
        return answer
    return answer.body | {"cursors": {"before": cursors["after"], "after": cursors["before"]}}


@answers("GET", MESSAGES)
def cursors_are_texts(answer: Answered) -> object:
    """The cursors of a page are texts."""
    cursors = answer.body.get("cursors", {})
    return answer.body | {"cursors": {name: str(value) for name, value in cursors.items()}}


@answers("GET", MESSAGES)
def history_is_called_data(answer: Answered) -> object:
    """What was said is called data."""
    return {"data": answer.body["messages"], "hasMore": answer.body["hasMore"]}


@answers("GET", MESSAGES)
def a_message_has_text(answer: Answered) -> object:
    """What a message says is called text."""
    told = [m | {"text": m["content"]} for m in answer.body["messages"]]
    return answer.body | {"messages": [_less(m, "content") for m in told]}


def _less(given: dict[str, object], name: str) -> dict[str, object]:
    return {key: value for key, value in given.items() if key != name}


@answers("GET", MESSAGES)
def everyone_is_an_agent(answer: Answered) -> object:
    """Every message is an agent's."""
    return answer.body | {"messages": [m | {"isAgent": True} for m in answer.body["messages"]]}


@answers("GET", MESSAGES)
def nobody_is_an_agent(answer: Answered) -> object:
    """No message is an agent's."""
    return answer.body | {"messages": [m | {"isAgent": False} for m in answer.body["messages"]]}


@hears("POST", MESSAGES)
def metadata_of_a_message_is_lost(asked: Asked) -> Asked:
    """What a client notes with a message is forgotten."""
    return without(asked, "metadata")


@answers("GET", MESSAGES)
def metadata_of_a_message_is_not_read_again(answer: Answered) -> object:
    """What a client notes with a message is told once, and not in the history."""
    return answer.body | {"messages": [m | {"metadata": {}} for m in answer.body["messages"]]}


@answers("POST", MESSAGES)
def a_message_sent_is_200(answer: Answered) -> Answered:
    """A message that was sent is answered with 200."""
    return answer._replace(status=200)


@answers("POST", MESSAGES)
def a_message_without_the_sessions_state(answer: Answered) -> object:
    """A message that was sent does not tell how its session is."""
    return _less(answer.body, "sessionStatus")


@hears("POST", MESSAGES)
def a_message_may_be_endless(asked: Asked) -> Asked:
    """A message may be longer than 4,000 characters, and is cut."""
    return _saying(asked, lambda text: text[:4000])


@hears("POST", MESSAGES)
def a_message_may_be_empty(asked: Asked) -> Asked:
    """A message may say nothing."""
    return _saying(asked, lambda text: text or " ")


@hears("POST", MESSAGES)
def a_message_is_trimmed(asked: Asked) -> Asked:
    """White space at the ends of a message is lost."""
    return _saying(asked, lambda text: text.strip() or text)


@hears("POST", MESSAGES)
def a_message_is_ascii(asked: Asked) -> Asked:
    """What is not ASCII becomes question marks."""
    return _saying(asked, lambda text: text.encode("ascii", "replace").decode())


@hears("POST", MESSAGES)
def a_message_is_cut_at_a_thousand(asked: Asked) -> Asked:
    """Of a message a thousand characters are kept."""
    return asked if len(_text(asked)) > 4000 else _saying(asked, lambda text: text[:1000])


def _text(asked: Asked) -> str:
    text = asked.body.get("content", "") if isinstance(asked.body, dict) else ""
    return text if isinstance(text, str) else ""


def _saying(asked: Asked, changed: object) -> Asked:
    if not isinstance(asked.body, dict) or not isinstance(asked.body.get("content"), str):
        return asked
    assert callable(changed)
    return asked._replace(body={**asked.body, "content": changed(asked.body["content"])})


@hears("POST", MESSAGES)
def a_number_is_a_message(asked: Asked) -> Asked:
    """A message may be a number."""
    given = asked.body.get("content") if isinstance(asked.body, dict) else None
    if given is None or isinstance(given, str):
        return asked
    return asked._replace(body={**asked.body, "content": str(given)})


@answers("GET", MESSAGES, 404)
def an_unknown_session_has_an_empty_history(_: Answered) -> Answered:
    """A session that never was has an empty history."""
    return Answered(200, {"messages": [], "hasMore": False})


@breaks("POST", MESSAGES)
async def any_session_takes_messages(asked: Asked, ask: Ask) -> Answered:
    """A session that is not there takes messages."""
    answer = await ask(asked)
    if answer.status != 404:
        return answer
    said = {"id": "00000000-0000-4000-8000-000000000007", "content": asked.body["content"]}
    at = {"createdAt": "2026-01-01T00:00:00.000Z", "authorId": said["id"], "metadata": {}}
    return Answered(201, said | at)


@hears("GET", MESSAGES)
def a_cursor_that_is_no_time_is_ignored(asked: Asked) -> Asked:
    """Reading back from what is no time reads from the end."""
    wrong = [k for k, v in query_of(asked).items() if k != "limit" and not v.lstrip("-").isdigit()]
    return unasked(asked, *wrong)


@answers("GET", MESSAGES)
def messages_have_one_author(answer: Answered) -> object:
    """Every message has the author of the newest."""
    messages = answer.body["messages"]
    return answer.body | {"messages": [m | {"authorId": messages[0]["authorId"]} for m in messages]}


@answers("GET", MESSAGES)
def ids_are_made_anew(answer: Answered) -> object:
    """A message has another id whenever it is read."""
    told = [m | {"id": f"{n:08}-0000-4000-8000-000000000000"} for n, m in _numbered(answer)]
    return answer.body | {"messages": told}


def _numbered(answer: Answered) -> list[tuple[int, dict[str, object]]]:
    return list(enumerate(answer.body["messages"]))


@answers("GET", MESSAGES)
def times_of_messages_are_numbers(answer: Answered) -> object:
    """The time of a message is a number."""
    told = [m | {"createdAt": 1767225600000} for m in answer.body["messages"]]
    return answer.body | {"messages": told}


@breaks("POST|GET", MESSAGES)
async def histories_are_mixed(asked: Asked, ask: Ask) -> Answered:
    """The history of a session has what was said in others."""
    answer = await ask(asked)
    if asked.method == "GET" and answer.status == 200:
        for message in answer.body["messages"]:
            ask.memory[message["id"]] = message
        every = sorted(ask.memory.values(), key=lambda m: str(m["createdAt"]), reverse=True)
        wanted = answer.body["messages"] if asked.query else every
        return answer.saying(messages=wanted)
    return answer
