"""Mutants of how long sessions last: timeouts, renewal, heartbeat and expiry."""

from __future__ import annotations

from typing import Any

from tests.mutants.eliza.parts import (
    EMPTY,
    SESSION,
    SESSION_INFO,
    SESSIONS,
    SOMEBODY,
    done,
    error,
    is_object,
)
from tests.mutants.language import (
    copied,
    fields,
    handler_of,
    renumbered,
    request_to,
    response_to,
    within,
    without,
)
from tests.mutants.mutant import App, Request, Response

ADD = f"POST {SESSIONS}"
ANY = f"* {SESSION}/**"
ONE = f"GET {SESSION}"
TIMEOUT = f"PATCH {SESSION}/timeout"
RENEW = f"POST {SESSION}/renew"
HEARTBEAT = f"POST {SESSION}/heartbeat"
INFO = f"GET|POST|PATCH {SESSION_INFO}"
ALL = (f"GET|POST|PATCH {SESSIONS}", INFO)

gone_is_404 = response_to(
    ANY,
    error(404, "SESSION_NOT_FOUND", "Session not found"),
    when=410,
    caught_by="expired-session-is-gone",
)
gone_has_another_code = response_to(
    ANY,
    error(410, "SESSION_NOT_FOUND", "Session expired"),
    when=410,
    caught_by="expired-session-is-gone",
)
gone_is_422 = response_to(
    ANY,
    error(422, "SESSION_EXPIRED", "Session expired"),
    when=410,
    caught_by="expired-session-is-gone",
)
gone_is_400 = response_to(
    ANY,
    error(400, "SESSION_EXPIRED", "Session expired"),
    when=410,
    caught_by="expired-session-is-gone",
)


@handler_of(f"* {SESSIONS}{{,/*}}", caught_by="expired-session-is-gone")
async def nothing_ever_expires(request: Request, app: App) -> Response:
    response = await app(request)
    if response.status in (200, 201) and "sessionId" in response.body:
        info = {"lastActivity": response.body["createdAt"], "renewalCount": 0}
        info |= {"timeRemaining": 0, "isNearExpiration": False}
        app.memory[response.body["sessionId"]] = info | response.body
    session = app.memory.get(request.last_part)
    return Response(200, session) if response.status == 410 and session else response


@handler_of(f"POST {SESSION}/messages", caught_by="expired-session-takes-no-messages")
async def a_message_wakes_the_expired(request: Request, app: App) -> Response:
    response = await app(request)
    if response.status != 410:
        return response
    return sent_message(request.body["content"])


def sent_message(content: str) -> Response:
    """Return the response to a message that was sent."""
    message = {"id": SOMEBODY, "content": content, "authorId": SOMEBODY, "metadata": {}}
    return Response(201, {**message, "createdAt": "2026-01-01T00:00:00.000Z"})


def _read(request: Request) -> Request:
    """Read the session that a request is about."""
    return request._replace(method="GET", path=request.parent, body=None)


the_timeout_of_a_session_is_lost = request_to(
    ADD, without("timeoutConfig"), caught_by="timeouts-are-as-asked"
)
a_change_of_timeout_changes_nothing = request_to(
    TIMEOUT, _read, caught_by="new-timeout-takes-effect-at-once"
)


@handler_of(TIMEOUT, caught_by="new-timeouts-replace-all-of-the-old")
async def a_change_of_timeout_merges(request: Request, app: App) -> Response:
    session = await app(_read(request))
    if session.status == 200 and is_object(request):
        return await app(request._replace(body=session.body["timeoutConfig"] | request.body))
    return await app(request)


a_change_of_timeout_leaves_the_expiry = response_to(
    TIMEOUT, copied(expiresAt="createdAt"), caught_by="new-timeout-takes-effect-at-once"
)


def _wanted(request: Request) -> Any:
    """The timeouts that a new session asks for."""
    return request.body.get("timeoutConfig") if is_object(request) else None


@handler_of(ADD, caught_by="timeout-below-five-minutes-is-not-taken")
async def timeouts_are_not_clamped(request: Request, app: App) -> Response:
    response, wanted = await app(request), _wanted(request)
    if response.status != 201 or not isinstance(wanted, dict):
        return response
    return response.with_fields(timeoutConfig=response.body["timeoutConfig"] | wanted)


@request_to(TIMEOUT, caught_by="new-timeout-too-low-is-refused")
def a_change_of_timeout_is_clamped(request: Request) -> Request:
    minutes = request.body.get("timeoutMinutes") if is_object(request) else None
    if not isinstance(minutes, int | float):
        return request
    return request.with_fields(timeoutMinutes=max(5, min(1440, minutes)))


@request_to(TIMEOUT, caught_by="new-timeouts-of-wrong-types-are-refused")
def a_change_of_timeout_takes_any_type(request: Request) -> Request:
    def taken(name: str, value: Any) -> bool:
        return isinstance(value, bool if name == "autoRenew" else int | float | str)

    if not is_object(request):
        return request
    return request._replace(body={n: v for n, v in request.body.items() if taken(n, v)})


an_invalid_timeout_has_another_code = response_to(
    TIMEOUT,
    error(400, "INVALID_TIMEOUT_CONFIG", "Timeout must be between 5 and 1440 minutes"),
    when=400,
    caught_by="faults-of-requests-to-a-session-share-a-code",
)


@response_to(ALL, caught_by="timeouts-have-documented-defaults")
def another_default_of_the_timeout(body: Any) -> Any:
    default = body["timeoutConfig"]["timeoutMinutes"] == 30
    return within("timeoutConfig", fields(timeoutMinutes=60))(body) if default else body


another_default_of_renewal = response_to(
    ALL,
    within("timeoutConfig", fields(autoRenew=False)),
    caught_by="timeouts-have-documented-defaults",
)
a_warning_threshold_is_left_out = response_to(
    ALL,
    within("timeoutConfig", without("warningThresholdMinutes")),
    caught_by="timeouts-have-documented-defaults",
)
expiry_is_where_it_was = response_to(
    ONE, fields(expiresAt="2100-01-01T00:00:00.000Z"), caught_by="created-session-is-read-back"
)
expiry_is_the_maximum = response_to(
    ADD,
    lambda b: b | {"expiresAt": b["createdAt"][:10] + "T23:59:59.999Z"},
    caught_by="created-session-is-read-back",
)
time_remaining_in_seconds = response_to(
    INFO,
    within("timeRemaining", lambda milliseconds: milliseconds // 1000),
    caught_by="new-timeout-takes-effect-at-once",
)
never_near_its_end = response_to(
    INFO,
    within("isNearExpiration", lambda _: False),
    caught_by="session-within-its-warning-time-is-near-its-end",
)
always_near_its_end = response_to(
    INFO, within("isNearExpiration", lambda _: True), caught_by="new-session-was-never-renewed"
)
renewals_are_not_counted = response_to(
    INFO, within("renewalCount", lambda _: 0), caught_by="sent-message-tells-of-its-session"
)
a_renewal_counts_twice = response_to(
    RENEW, within("renewalCount", lambda count: count * 2), caught_by="renewal-is-counted"
)
a_renewal_renews_nothing = request_to(RENEW, _read, caught_by="sent-message-tells-of-its-session")
a_heartbeat_is_not_heard = request_to(HEARTBEAT, _read, caught_by="heartbeat-renews-its-session")
a_heartbeat_always_renews = request_to(
    HEARTBEAT,
    lambda r: r._replace(path=f"{r.parent}/renew"),
    caught_by="heartbeat-renews-no-session-that-does-not-renew-itself",
)
a_heartbeat_says_ok = response_to(
    HEARTBEAT, done("ok"), caught_by="session-metadata-comes-back-exactly"
)
a_heartbeat_is_204 = response_to(HEARTBEAT, EMPTY, caught_by="session-metadata-comes-back-exactly")
a_renewal_is_201 = renumbered(RENEW, 200, 201, caught_by="sent-message-tells-of-its-session")


@handler_of(RENEW, caught_by="renewal-needs-no-auto-renew")
async def no_renewal_by_hand(request: Request, app: App) -> Response:
    session = await app(_read(request))
    if session.status == 200 and session.body["timeoutConfig"]["autoRenew"] is False:
        return error(422, "SESSION_RENEWAL_FAILED", "Auto renewal is off")
    return await app(request)


activity_is_never_seen = response_to(
    ONE, copied(lastActivity="createdAt"), caught_by="last-activity-is-that-of-the-last-activity"
)
