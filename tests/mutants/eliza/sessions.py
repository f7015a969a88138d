"""Breakages of sessions: how they are made, listed, told and ended."""

from __future__ import annotations

import uuid

from tests.mutants.eliza.parts import (
    AGENTS,
    INFOS,
    SESSION,
    SESSIONS,
    answers,
    breaks,
    error,
    hears,
    last_part,
    read,
    without,
)
from tests.mutants.mutated_app import Answered, Ask, Asked


@breaks("DELETE", SESSION)
async def an_end_ends_nothing(asked: Asked, ask: Ask) -> Answered:
    """A session that was ended is still there."""
    there = await ask(asked._replace(method="GET"))
    return there if there.status >= 400 else Answered(200, {"success": True, "message": "Done"})


@breaks("GET|DELETE", f"{SESSIONS}|{SESSION}")
async def an_ended_session_is_listed(asked: Asked, ask: Ask) -> Answered:
    """The list of sessions still has those that were ended."""
    if asked.method == "DELETE":
        there = await ask(asked._replace(method="GET"))
        if there.status == 200:
            ask.memory[there.body["sessionId"]] = there.body
    answer = await ask(asked)
    if answer.status == 200 and "sessions" in answer.body:
        answer = answer.saying(sessions=[*answer.body["sessions"], *ask.memory.values()])
    return answer


@answers("DELETE", SESSION, 404)
def ending_twice_succeeds(_: Answered) -> Answered:
    """A session can be ended again and again."""
    return Answered(200, {"success": True, "message": "Session ended successfully"})


@answers("DELETE", SESSION)
def an_end_is_answered_204(_: Answered) -> Answered:
    """The end of a session has nothing to say."""
    return Answered(204, None)


@answers("DELETE", SESSION)
def an_end_without_a_message(_: Answered) -> object:
    """The end of a session says that it succeeded and no more."""
    return {"success": True}


@answers("GET", SESSION, 404)
def an_unknown_session_is_410(answer: Answered) -> Answered:
    """A session that never was is said to have expired."""
    return answer._replace(status=410)


@answers("GET", SESSION, 404)
def an_unknown_session_is_a_null(_: Answered) -> Answered:
    """A session that never was is found, and is nothing."""
    return Answered(200, None)


@answers("GET|DELETE", SESSION, 404)
def a_session_not_found_in_plain_text(_: Answered) -> Answered:
    """That there is no such session is said in plain text."""
    return Answered(404, "Not found")


@answers(".*", f"{SESSION}.*", 404)
def another_code_for_no_session(_: Answered) -> Answered:
    """That there is no such session has the code of every other thing that is not there."""
    return error(404, "NOT_FOUND", "Session not found")


@answers("POST", SESSIONS)
def a_session_made_with_200(answer: Answered) -> Answered:
    """A session that was made is answered with 200."""
    return answer._replace(status=200)


@answers("POST", SESSIONS, 404)
def an_unknown_agent_is_400(_: Answered) -> Answered:
    """A session with an agent that is not there is a bad request."""
    return error(400, "VALIDATION_ERROR", "Agent not found")


@answers("POST", SESSIONS, 404)
def an_unknown_agent_has_another_code(_: Answered) -> Answered:
    """A session with an agent that is not there has the code of a session that is not there."""
    return error(404, "SESSION_NOT_FOUND", "Agent not found")


@breaks("POST", SESSIONS)
async def any_agent_will_do(asked: Asked, ask: Ask) -> Answered:
    """A session can be made with an agent that is not there."""
    answer = await ask(asked)
    if answer.status != 404:
        return answer
    known = (await ask(read(AGENTS))).body
    agent = next(a["id"] for a in known["data"]["agents"] if a["status"] == "active")
    made = await ask(asked._replace(body={**asked.body, "agentId": agent}))
    return made.saying(agentId=asked.body["agentId"])


@hears("POST", SESSIONS)
def a_missing_user_is_made_up(asked: Asked) -> Asked:
    """A session without its user gets one."""
    if not isinstance(asked.body, dict):
        return asked
    return asked._replace(body={"userId": str(uuid.UUID(int=7)), **asked.body})


@hears("POST", SESSIONS)
def any_text_is_a_user_id(asked: Asked) -> Asked:
    """The user of a session may be any text."""
    if not isinstance(asked.body, dict) or not isinstance(asked.body.get("userId"), str):
        return asked
    try:
        uuid.UUID(asked.body["userId"])
    except ValueError:
        return asked._replace(body={**asked.body, "userId": str(uuid.UUID(int=7))})
    return asked


@answers("POST", SESSIONS, 400)
def invalid_sessions_are_422(answer: Answered) -> Answered:
    """A session that lacks something is an unprocessable entity."""
    return answer._replace(status=422)


@answers("POST", SESSIONS, 400)
def invalid_sessions_have_another_code(_: Answered) -> Answered:
    """A session that lacks something is refused with a code of the server's own."""
    return error(400, "BAD_REQUEST", "Missing required fields: agentId, userId")


@hears("POST", SESSIONS)
def metadata_of_a_session_is_lost(asked: Asked) -> Asked:
    """What a client notes with a session is forgotten at once."""
    return without(asked, "metadata")


@answers("GET", SESSION)
def metadata_is_only_in_the_first_answer(answer: Answered) -> object:
    """What a client notes with a session is told when it is made, and never again."""
    return answer.body | {"metadata": {}}


@answers("GET", SESSIONS)
def metadata_is_not_in_the_list(answer: Answered) -> object:
    """The list of sessions tells no metadata."""
    return answer.body | {"sessions": [s | {"metadata": {}} for s in answer.body["sessions"]]}


@answers("GET|POST", f"{SESSIONS}|{SESSION}")
def metadata_becomes_text(answer: Answered) -> object:
    """Every value in metadata becomes text."""
    given = answer.body.get("metadata")
    if not isinstance(given, dict):
        return answer
    return answer.body | {"metadata": {key: str(value) for key, value in given.items()}}


@hears("POST", SESSIONS)
def metadata_loses_what_is_nested(asked: Asked) -> Asked:
    """Objects within metadata are dropped."""
    given = asked.body.get("metadata") if isinstance(asked.body, dict) else None
    if not isinstance(given, dict):
        return asked
    flat = {key: value for key, value in given.items() if not isinstance(value, dict | list)}
    return asked._replace(body={**asked.body, "metadata": flat})


@hears("POST", SESSIONS)
def metadata_has_no_limit(asked: Asked) -> Asked:
    """Metadata may be as long as it likes."""
    given = asked.body.get("metadata") if isinstance(asked.body, dict) else None
    return without(asked, "metadata") if len(str(given)) > 10_000 else asked


@answers("GET", SESSIONS)
def the_total_is_off_by_one(answer: Answered) -> object:
    """The list of sessions counts one too many."""
    return answer.body | {"total": answer.body["total"] + 1}


@answers("GET", SESSIONS)
def statistics_stand_still(answer: Answered) -> object:
    """The statistics of sessions are always nought."""
    none = {"totalSessions": 0, "activeSessions": 0, "expiredSessions": 0}
    return answer.body | {"stats": none}


@answers("GET", SESSIONS)
def statistics_are_missing(answer: Answered) -> object:
    """The list of sessions comes without statistics."""
    return {name: value for name, value in answer.body.items() if name != "stats"}


@answers("GET", SESSIONS)
def sessions_in_an_envelope(answer: Answered) -> object:
    """The list of sessions is put under data, as other lists are."""
    return {"success": True, "data": answer.body}


@answers("GET", SESSIONS)
def the_list_forgets_the_newest(answer: Answered) -> object:
    """The newest session is not in the list yet."""
    newest = max((s["createdAt"] for s in answer.body["sessions"]), default="")
    rest = [s for s in answer.body["sessions"] if s["createdAt"] != newest]
    return answer.body | {"sessions": rest}


@answers("GET", f"{SESSIONS}/health")
def health_counts_no_sessions(answer: Answered) -> object:
    """The health of sessions counts none of them."""
    return answer.body | {"activeSessions": 0}


@answers("GET", f"{SESSIONS}/health")
def health_is_ok(answer: Answered) -> object:
    """Sessions are "ok", which is not one of the states of health."""
    return answer.body | {"status": "ok"}


@breaks("GET", f"{SESSIONS}/health")
async def health_is_a_session(asked: Asked, ask: Ask) -> Answered:
    """The route of a session stands before the one of the sessions' health."""
    return error(404, "SESSION_NOT_FOUND", "Session with ID 'health' not found")


@answers("GET|POST|PATCH", INFOS)
def the_session_id_is_called_id(answer: Answered) -> object:
    """A session's id is called id."""
    if "sessionId" not in answer.body:
        return answer
    rest = {name: value for name, value in answer.body.items() if name != "sessionId"}
    return {"id": answer.body["sessionId"], **rest}


@answers("GET", SESSION)
def created_time_moves(answer: Answered) -> object:
    """A session was made when it was last active."""
    return answer.body | {"createdAt": answer.body["lastActivity"]}


@answers("GET", SESSION)
def times_of_sessions_are_numbers(answer: Answered) -> object:
    """The times of a session are milliseconds."""
    return answer.body | {"createdAt": 1767225600000, "lastActivity": 1767225600000}


@breaks("POST", SESSIONS)
async def one_session_for_each_user(asked: Asked, ask: Ask) -> Answered:
    """A user who has a session with an agent gets that one again."""
    answer = await ask(asked)
    if answer.status != 201:
        return answer
    whose = f"{asked.body['agentId']} {asked.body['userId']}"
    before: Answered = ask.memory.setdefault(whose, answer)
    there = await ask(read(f"{asked.path}/{before.body['sessionId']}"))
    if there.status != 200:
        ask.memory[whose] = before = answer
    return before


@answers("GET", SESSION)
def agent_and_user_are_swapped(answer: Answered) -> object:
    """The ids of agent and user change places."""
    return answer.body | {"agentId": answer.body["userId"], "userId": answer.body["agentId"]}


@breaks("POST", SESSIONS)
async def one_session_in_ten_is_lost(asked: Asked, ask: Ask) -> Answered:
    """Every tenth session that is made is not kept."""
    answer = await ask(asked)
    ask.memory["made"] = ask.memory.get("made", 0) + (answer.status == 201)
    if answer.status == 201 and ask.memory["made"] % 10 == 0:
        path = f"{asked.path}/{answer.body['sessionId']}"
        await ask(asked._replace(method="DELETE", path=path, body=None))
    return answer


@breaks("DELETE", SESSION)
async def an_end_takes_its_channel_along(asked: Asked, ask: Ask) -> Answered:
    """With a session go its channel and all that was said there."""
    there = await ask(asked._replace(method="GET"))
    answer = await ask(asked)
    if there.status == 200 and "channelId" in there.body:
        root = asked.path.split("/sessions/")[0]
        await ask(asked._replace(path=f"{root}/channels/{there.body['channelId']}"))
    return answer


@hears("GET|DELETE|POST", f"{SESSION}.*")
def any_end_of_a_session_id(asked: Asked) -> Asked:
    """Only the first 36 characters of a session's id count."""
    parts = asked.path.split("/")
    at = parts.index("sessions") + 1
    parts[at] = parts[at][:36]
    return asked._replace(path="/".join(parts))


@breaks("DELETE", SESSION)
async def an_end_ends_all_of_the_user(asked: Asked, ask: Ask) -> Answered:
    """With a session end all others of its user."""
    there = await ask(asked._replace(method="GET"))
    answer = await ask(asked)
    if there.status == 200:
        root = asked.path.removesuffix(f"/{last_part(asked)}")
        every = (await ask(asked._replace(method="GET", path=root))).body["sessions"]
        for other in every:
            if other["userId"] == there.body["userId"]:
                await ask(asked._replace(path=f"{root}/{other['sessionId']}"))
    return answer
