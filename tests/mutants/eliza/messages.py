"""Breakages of what is said in channels, and of messages that come from elsewhere."""

from __future__ import annotations

from tests.mutants.eliza.parts import (
    CHANNELS,
    ID,
    SPOKEN,
    answers,
    asking,
    breaks,
    error,
    hears,
    listed,
    query_of,
    read,
    unasked,
    without,
)
from tests.mutants.mutated_app import Answered, Ask, Asked

MESSAGE = f"{SPOKEN}/(?!all$){ID}"
SUBMITTED = "/api/messaging/(?:submit|action)"
INGESTED = "/api/messaging/ingest-external"


@answers("GET", SPOKEN)
def a_channel_is_read_oldest_first(answer: Answered) -> object:
    """What was said in a channel comes oldest first."""
    listed(answer.body, "messages").reverse()
    return answer.body


@answers("GET", SPOKEN)
def a_channel_is_always_silent(answer: Answered) -> object:
    """Nothing was said in a channel."""
    listed(answer.body, "messages").clear()
    return answer.body


@hears("GET", SPOKEN)
def a_limit_of_a_channel_is_ignored(asked: Asked) -> Asked:
    """The limit of what is read of a channel is ignored."""
    return unasked(asked, "limit")


@hears("GET", SPOKEN)
def before_is_ignored_in_a_channel(asked: Asked) -> Asked:
    """Where to read back from in a channel is ignored."""
    return unasked(asked, "before")


@hears("GET", SPOKEN)
def a_channel_is_read_by_tens(asked: Asked) -> Asked:
    """Ten messages of a channel are read unless it is told."""
    return asked if "limit" in query_of(asked) else asking(asked, limit="10")


@hears("GET", SPOKEN)
def a_channel_is_read_as_a_whole(asked: Asked) -> Asked:
    """All messages of a channel are read unless it is told."""
    return asked if "limit" in query_of(asked) else asking(asked, limit="1000")


@breaks("GET|POST", SPOKEN)
async def channels_share_what_is_said(asked: Asked, ask: Ask) -> Answered:
    """What was said in one channel is read in all."""
    answer = await ask(asked)
    if asked.method == "GET" and answer.status == 200:
        messages = listed(answer.body, "messages")
        for message in messages:
            ask.memory[message["id"]] = message
        known = {m["id"] for m in messages}
        messages += [m for m in ask.memory.values() if m["id"] not in known]
    return answer


@breaks("POST", SPOKEN)
async def what_is_said_is_not_kept(asked: Asked, ask: Ask) -> Answered:
    """What is said in a channel is answered and not kept."""
    answer = await ask(asked)
    if answer.status == 201:
        said = answer.body.get("userMessage") or answer.body["data"].get("message")
        await ask(Asked("DELETE", f"{asked.path}/{said['id']}"))
    return answer


@answers("POST", SPOKEN)
def what_is_said_is_answered_with_200(answer: Answered) -> Answered:
    """What is said in a channel is answered with 200."""
    return answer._replace(status=200)


@answers("POST", SPOKEN)
def what_is_said_is_not_told_again(_: Answered) -> object:
    """What is said in a channel is answered with success alone."""
    return {"success": True}


@hears("POST", SPOKEN)
def metadata_of_what_is_said_is_lost(asked: Asked) -> Asked:
    """What is noted with what is said in a channel is forgotten."""
    return without(asked, "metadata")


@hears("POST", SPOKEN)
def what_is_answered_to_is_lost(asked: Asked) -> Asked:
    """To which message another one answers is forgotten."""
    return without(asked, "in_reply_to_message_id")


@hears("POST", SPOKEN)
def where_it_was_said_is_lost(asked: Asked) -> Asked:
    """Where a message comes from is forgotten."""
    return without(asked, "source_type", "raw_message")


@hears("POST", SPOKEN)
def nothing_may_be_said(asked: Asked) -> Asked:
    """What is said in a channel may be nothing at all."""
    if asked.body.get("content"):
        return asked
    return asked._replace(body={**asked.body, "content": " "})


@hears("POST", SPOKEN)
def nobody_may_speak(asked: Asked) -> Asked:
    """What is said in a channel needs no author."""
    body = {"author_id": "00000000-0000-4000-8000-000000000007", **asked.body}
    return asked._replace(body=body)


@answers("POST", SPOKEN, 400)
def a_message_refused_with_another_code(_: Answered) -> Answered:
    """What cannot be said in a channel is an unprocessable entity."""
    return error(422, "VALIDATION_ERROR", "Missing required fields")


@breaks("DELETE", MESSAGE)
async def a_deletion_of_a_message_does_nothing(asked: Asked, ask: Ask) -> Answered:
    """A message that was deleted is still there."""
    done = Answered(200, {"success": True}) if "central" in asked.path else Answered(204, None)
    there = await ask(read(asked.path.rpartition("/")[0]))
    return done if asked.path.rpartition("/")[2] in str(there.body) else await ask(asked)


@breaks("DELETE", MESSAGE)
async def a_deletion_of_one_deletes_all(asked: Asked, ask: Ask) -> Answered:
    """With a message all of its channel are deleted."""
    answer = await ask(asked)
    if answer.status < 300:
        await ask(Asked("DELETE", asked.path.rpartition("/")[0]))
    return answer


@answers("DELETE", MESSAGE, 404)
def deleting_no_message_succeeds(_: Answered) -> Answered:
    """A message that is not there can be deleted."""
    return Answered(200, {"success": True})


@breaks("DELETE", SPOKEN)
async def clearing_a_channel_does_nothing(asked: Asked, ask: Ask) -> Answered:
    """A channel that was emptied is as full as before."""
    there = await ask(read(asked.path))
    if there.status >= 400:
        return await ask(asked)
    told = Answered(200, {"success": True, "deleted": len(listed(there.body, "messages"))})
    return told if "central" in asked.path else Answered(204, None)


@answers("DELETE", f"{SPOKEN}(?:/all)?")
def the_number_of_the_deleted_is_wrong(answer: Answered) -> object:
    """How many messages were deleted is one too few."""
    return answer.body | {"deleted": max(answer.body["deleted"] - 1, 0)}


@breaks("DELETE", f"{SPOKEN}/all")
async def clearing_one_user_clears_all(asked: Asked, ask: Ask) -> Answered:
    """With one user's messages all are deleted."""
    answer = await ask(asked)
    if answer.status == 200:
        await ask(Asked("DELETE", asked.path.removesuffix("/all")))
    return answer


@answers("POST", SUBMITTED)
def a_submission_is_200(answer: Answered) -> Answered:
    """A message that was submitted is answered with 200."""
    return answer._replace(status=200)


@hears("POST", SUBMITTED)
def metadata_of_a_submission_is_lost(asked: Asked) -> Asked:
    """What is noted with a message that is submitted is forgotten."""
    return without(asked, "metadata")


@hears("POST", SUBMITTED)
def a_submission_answers_nothing(asked: Asked) -> Asked:
    """To which message a submitted one answers is forgotten."""
    return without(asked, "in_reply_to_message_id")


@hears("POST", SUBMITTED)
def a_submission_needs_no_text(asked: Asked) -> Asked:
    """A message that is submitted may lack its text."""
    return asked._replace(body={"content": "Nothing", **asked.body})


@breaks("POST", SUBMITTED)
async def a_submission_is_not_kept(asked: Asked, ask: Ask) -> Answered:
    """A message that was submitted is not in its channel."""
    answer = await ask(asked)
    if answer.status == 201:
        path = f"/api/messaging/channels/{asked.body['channel_id']}/messages"
        await ask(Asked("DELETE", f"{path}/{answer.body['data']['id']}"))
    return answer


@hears("PATCH", f"/api/messaging/action/{ID}")
def an_action_stays_as_it_is(asked: Asked) -> Asked:
    """A change to an action's message changes nothing."""
    return asked._replace(body={"source_type": "x"})


@answers("POST", INGESTED, 400)
def anything_is_ingested(_: Answered) -> Answered:
    """A message from elsewhere may lack anything."""
    return Answered(200, {"success": True})


@breaks("POST", INGESTED)
async def ingested_and_forgotten(asked: Asked, ask: Ask) -> Answered:
    """A message from elsewhere is well received, and lost."""
    return Answered(200, {"success": True})


@answers("POST", "/api/messaging/complete")
def a_completion_says_nothing(answer: Answered) -> object:
    """A completion has no answer."""
    return answer.body | {"data": {}}


@answers("POST", "/api/messaging/complete", 400)
def a_completion_of_nothing(_: Answered) -> Answered:
    """A completion needs no prompt."""
    return Answered(200, {"success": True, "data": {"response": "Yes?"}})


@answers("GET", SPOKEN)
def times_of_a_channel_are_texts(answer: Answered) -> object:
    """The time of what was said is a text."""
    for message in listed(answer.body, "messages"):
        message["createdAt"] = message["created_at"] = "yesterday"
    return answer.body


@answers("GET", SPOKEN)
def what_was_said_has_no_author(answer: Answered) -> object:
    """Who said something is not told."""
    for message in listed(answer.body, "messages"):
        message.pop("userId", None)
        message.pop("authorId", None)
    return answer.body


@breaks("GET|DELETE", f"{CHANNELS}/{ID}(?:/messages)?")
async def a_deleted_channel_can_be_read(asked: Asked, ask: Ask) -> Answered:
    """What was said in a channel outlives it."""
    if asked.method == "DELETE" and not asked.path.endswith("/messages"):
        ask.memory[f"{asked.path}/messages"] = await ask(read(f"{asked.path}/messages"))
    answer = await ask(asked)
    return ask.memory.get(asked.path, answer) if asked.method == "GET" else answer
