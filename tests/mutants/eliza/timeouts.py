"""Breakages of how long sessions last: their timeouts, renewal, heartbeat and expiry."""

from __future__ import annotations

from typing import Any

from tests.mutants.eliza.parts import (
    INFOS,
    SESSION,
    SESSIONS,
    answers,
    breaks,
    error,
    hears,
    without,
)
from tests.mutants.mutated_app import Answered, Ask, Asked

TIMEOUT = f"{SESSION}/timeout"
RENEW = f"{SESSION}/renew"
HEARTBEAT = f"{SESSION}/heartbeat"
MADE = f"{SESSIONS}|{SESSION}"


@answers(".*", f"{SESSION}.*", 410)
def gone_is_404(_: Answered) -> Answered:
    """A session that expired is not found."""
    return error(404, "SESSION_NOT_FOUND", "Session not found")


@answers(".*", f"{SESSION}.*", 410)
def gone_has_another_code(_: Answered) -> Answered:
    """A session that expired has the status and not the code."""
    return error(410, "SESSION_NOT_FOUND", "Session expired")


@answers(".*", f"{SESSION}.*", 410)
def gone_is_422(_: Answered) -> Answered:
    """A session that expired cannot be processed."""
    return error(422, "SESSION_EXPIRED", "Session expired")


@answers(".*", f"{SESSION}.*", 410)
def gone_is_400(_: Answered) -> Answered:
    """A session that expired is a bad request."""
    return error(400, "SESSION_EXPIRED", "Session expired")


@breaks(".*", f"{SESSIONS}(?:/[^/]+)?")
async def nothing_ever_expires(asked: Asked, ask: Ask) -> Answered:
    """A session's time runs out, and nothing happens."""
    answer = await ask(asked)
    if answer.status in (200, 201) and "sessionId" in answer.body:
        told = {"lastActivity": answer.body["createdAt"], "renewalCount": 0}
        told |= {"timeRemaining": 0, "isNearExpiration": False}
        ask.memory[answer.body["sessionId"]] = told | answer.body
    known = ask.memory.get(asked.path.split("/")[-1])
    return Answered(200, known) if answer.status == 410 and known else answer


@breaks("POST", f"{SESSION}/messages")
async def a_message_wakes_the_expired(asked: Asked, ask: Ask) -> Answered:
    """A session that expired still takes messages."""
    answer = await ask(asked)
    if answer.status != 410:
        return answer
    said = {"id": "0" * 8 + "-0000-4000-8000-" + "0" * 12, "content": asked.body["content"]}
    at = {"createdAt": "2026-01-01T00:00:00.000Z", "authorId": said["id"], "metadata": {}}
    return Answered(201, said | at)


@hears("POST", SESSIONS)
def the_timeout_of_a_session_is_lost(asked: Asked) -> Asked:
    """A session takes no heed of the timeouts that it is made with."""
    return without(asked, "timeoutConfig")


@hears("PATCH", TIMEOUT)
def a_change_of_timeout_changes_nothing(asked: Asked) -> Asked:
    """A change of the timeout is well received and forgotten."""
    return asked._replace(method="GET", path=asked.path.removesuffix("/timeout"), body=None)


@breaks("PATCH", TIMEOUT)
async def a_change_of_timeout_merges(asked: Asked, ask: Ask) -> Answered:
    """A change of the timeout leaves what it does not speak of."""
    there = await ask(_session(asked))
    if there.status == 200 and isinstance(asked.body, dict):
        merged = there.body["timeoutConfig"] | asked.body
        return await ask(asked._replace(body=merged))
    return await ask(asked)


def _session(asked: Asked) -> Asked:
    """The request for the session that a request is about."""
    return asked._replace(method="GET", path=asked.path.rpartition("/")[0], body=None)


@answers("PATCH", TIMEOUT)
def a_change_of_timeout_leaves_the_expiry(answer: Answered) -> object:
    """The answer to a change of the timeout tells an expiry as if nothing had been changed."""
    return answer.body | {"expiresAt": answer.body["createdAt"]}


@breaks("POST", SESSIONS)
async def timeouts_are_not_clamped(asked: Asked, ask: Ask) -> Answered:
    """A session has the timeouts that it was made with, however small or large."""
    answer = await ask(asked)
    wanted = asked.body.get("timeoutConfig") if isinstance(asked.body, dict) else None
    if answer.status != 201 or not isinstance(wanted, dict):
        return answer
    return answer.saying(timeoutConfig=answer.body["timeoutConfig"] | wanted)


@breaks("POST", SESSIONS)
async def a_timeout_out_of_range_is_400(asked: Asked, ask: Ask) -> Answered:
    """A session cannot be made with a timeout that is too small or too large."""
    wanted = asked.body.get("timeoutConfig") if isinstance(asked.body, dict) else None
    minutes = wanted.get("timeoutMinutes", 30) if isinstance(wanted, dict) else 30
    if isinstance(minutes, int) and not 5 <= minutes <= 1440:
        return error(400, "VALIDATION_ERROR", "Timeout must be between 5 and 1440 minutes")
    return await ask(asked)


@hears("PATCH", TIMEOUT)
def a_change_of_timeout_is_clamped(asked: Asked) -> Asked:
    """A change to a timeout that is out of range is brought into it."""
    minutes = asked.body.get("timeoutMinutes") if isinstance(asked.body, dict) else None
    if not isinstance(minutes, int | float):
        return asked
    return asked._replace(body={**asked.body, "timeoutMinutes": max(5, min(1440, minutes))})


@hears("PATCH", TIMEOUT)
def a_change_of_timeout_takes_any_type(asked: Asked) -> Asked:
    """A change of the timeout passes over what is of a wrong type."""
    if not isinstance(asked.body, dict):
        return asked
    kept: dict[str, Any] = {}
    for name, value in asked.body.items():
        if isinstance(value, bool) if name == "autoRenew" else isinstance(value, int | float | str):
            kept[name] = value
    return asked._replace(body=kept)


@answers("PATCH", TIMEOUT, 400)
def an_invalid_timeout_has_another_code(_: Answered) -> Answered:
    """A timeout out of range is refused with a code that tells too much."""
    return error(400, "INVALID_TIMEOUT_CONFIG", "Timeout must be between 5 and 1440 minutes")


@answers("GET|POST|PATCH", f"{SESSIONS}|{INFOS}")
def another_default_of_the_timeout(answer: Answered) -> object:
    """A session lasts an hour unless it is told."""
    config = answer.body.get("timeoutConfig")
    if not config or config["timeoutMinutes"] != 30:
        return answer
    return answer.body | {"timeoutConfig": config | {"timeoutMinutes": 60}}


@answers("GET|POST|PATCH", f"{SESSIONS}|{INFOS}")
def another_default_of_renewal(answer: Answered) -> object:
    """Sessions do not renew themselves, whatever they were told."""
    config = answer.body.get("timeoutConfig")
    return answer.body | {"timeoutConfig": config | {"autoRenew": False}} if config else answer


@answers("GET|POST|PATCH", f"{SESSIONS}|{INFOS}")
def a_warning_threshold_is_left_out(answer: Answered) -> object:
    """The timeouts of a session come without the threshold of their warning."""
    config = answer.body.get("timeoutConfig")
    if not config:
        return answer
    rest = {name: value for name, value in config.items() if name != "warningThresholdMinutes"}
    return answer.body | {"timeoutConfig": rest}


@answers("GET", SESSION)
def expiry_is_where_it_was(answer: Answered) -> object:
    """The expiry that is told ignores the timeout of the session."""
    return answer.body | {"expiresAt": "2100-01-01T00:00:00.000Z"}


@answers("POST", SESSIONS)
def expiry_is_the_maximum(answer: Answered) -> object:
    """A new session expires on its day of creation at midnight."""
    return answer.body | {"expiresAt": answer.body["createdAt"][:10] + "T23:59:59.999Z"}


@answers("GET|POST|PATCH", INFOS)
def time_remaining_in_seconds(answer: Answered) -> object:
    """The time that remains is told in seconds."""
    if "timeRemaining" not in answer.body:
        return answer
    return answer.body | {"timeRemaining": answer.body["timeRemaining"] // 1000}


@answers("GET|POST|PATCH", INFOS)
def never_near_its_end(answer: Answered) -> object:
    """A session is never near its expiration."""
    return answer.body | {"isNearExpiration": False} if "timeRemaining" in answer.body else answer


@answers("GET|POST|PATCH", INFOS)
def always_near_its_end(answer: Answered) -> object:
    """A session is always near its expiration."""
    return answer.body | {"isNearExpiration": True} if "timeRemaining" in answer.body else answer


@answers("GET|POST|PATCH", INFOS)
def renewals_are_not_counted(answer: Answered) -> object:
    """A session was never renewed."""
    return answer.body | {"renewalCount": 0} if "renewalCount" in answer.body else answer


@answers("POST", RENEW)
def a_renewal_counts_twice(answer: Answered) -> object:
    """A renewal is counted twice."""
    return answer.body | {"renewalCount": answer.body["renewalCount"] * 2}


@hears("POST", RENEW)
def a_renewal_renews_nothing(asked: Asked) -> Asked:
    """A renewal answers as one does, and does nothing."""
    return _session(asked)


@hears("POST", HEARTBEAT)
def a_heartbeat_is_not_heard(asked: Asked) -> Asked:
    """A heartbeat tells the session, and does nothing."""
    return _session(asked)


@hears("POST", HEARTBEAT)
def a_heartbeat_always_renews(asked: Asked) -> Asked:
    """A heartbeat renews also a session that is not to renew itself."""
    return asked._replace(path=asked.path.removesuffix("/heartbeat") + "/renew")


@answers("POST", HEARTBEAT)
def a_heartbeat_says_ok(_: Answered) -> object:
    """A heartbeat is answered with a word."""
    return {"success": True, "message": "ok"}


@answers("POST", HEARTBEAT)
def a_heartbeat_is_204(_: Answered) -> Answered:
    """A heartbeat is answered with nothing."""
    return Answered(204, None)


@answers("POST", RENEW)
def a_renewal_is_201(answer: Answered) -> Answered:
    """A renewal is answered as if something had been made."""
    return answer._replace(status=201)


@breaks("POST", RENEW)
async def no_renewal_by_hand(asked: Asked, ask: Ask) -> Answered:
    """A session that does not renew itself cannot be renewed."""
    there = await ask(_session(asked))
    if there.status == 200 and there.body["timeoutConfig"]["autoRenew"] is False:
        return error(422, "SESSION_RENEWAL_FAILED", "Auto renewal is off")
    return await ask(asked)


@answers("GET", SESSION)
def activity_is_never_seen(answer: Answered) -> object:
    """A session was last active when it was made."""
    return answer.body | {"lastActivity": answer.body["createdAt"]}
