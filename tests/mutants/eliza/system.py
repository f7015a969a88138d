"""Mutants of a server's state, of speech and files, and of what all operations have in common."""

from __future__ import annotations

from typing import Any

from tests.mutants.eliza.parts import DONE, HARMFUL, NOBODY, error, success
from tests.mutants.language import (
    fields,
    handler_of,
    query,
    renumbered,
    request_to,
    response_to,
    without,
)
from tests.mutants.mutant import SHAPE, App, Request, Response

ANY = "* /api/**"
ENVIRONMENT = "/api/system/{env,environment}/local"
SPEECH = "POST /api/audio/*/**"
UPLOAD = "POST /**/upload-media"
PING = "GET /api/server/ping"
HELLO = "GET /api/server/hello"
STATUS = "GET /api/server/status"
AUDIO = Response(200, b"ID3", content_type="audio/mpeg")

ping_says_ok = response_to(PING, {"ok": True}, caught_by="server-answers-a-ping")
ping_tells_the_time_as_text = response_to(
    PING, fields(timestamp="2026-01-01T00:00:00.000Z"), caught_by="server-answers-a-ping"
)
hello_in_plain_text = response_to(
    HELLO, Response(200, "Hello World!"), caught_by="server-says-hello"
)
status_counts_no_agents = response_to(
    STATUS, fields(agentCount=0), caught_by="running-agents-are-counted"
)
status_never_moves = response_to(
    STATUS, fields(agentCount=1), caught_by="running-agents-are-counted"
)
health_is_unwell = response_to(
    "GET /api/server/health",
    fields(status="healthy", dependencies=None),
    caught_by="server-tells-its-health",
)
the_environment_stays = request_to(
    f"POST {ENVIRONMENT}", lambda r: r._replace(body={"content": {}}), survives=HARMFUL
)
the_environment_is_bare = response_to(f"GET {ENVIRONMENT}", lambda b: b["data"], caught_by=SHAPE)
the_environment_may_be_nothing = request_to(
    f"POST {ENVIRONMENT}",
    lambda r: r if "content" in r.body else r._replace(body={"content": {}}),
    caught_by=SHAPE,
)
debugging_in_an_envelope = response_to(
    "GET /api/server/debug/servers", lambda b: {"success": True, "data": b}, caught_by=SHAPE
)
silence_can_be_spoken = response_to(SPEECH, AUDIO, when=400, caught_by="speech-needs-words")
no_agent_can_speak = response_to(
    SPEECH, AUDIO, when=404, caught_by="nothing-is-known-of-an-unknown-agent"
)
speech_is_json = response_to(SPEECH, success({"audio": "SUQz"}), when=200, caught_by=SHAPE)
speech_refused_with_another_code = response_to(
    SPEECH, error(400, "MISSING_TEXT", "Text is required"), when=400, caught_by="speech-needs-words"
)
an_upload_has_no_address = response_to(UPLOAD, without("url"), caught_by=SHAPE)
nothing_can_be_uploaded = response_to(
    UPLOAD,
    Response(
        200,
        {"id": NOBODY, "url": "/x.png", "type": "image", "mimeType": "image/png", "size": 0},
    ),
    when=400,
    caught_by="speech-needs-words",
)
every_400_is_plain_text = response_to(
    ANY, Response(400, "Bad Request"), when=400, caught_by="session-needs-an-agent"
)
every_404_is_html = response_to(
    ANY,
    Response(404, b"<h1>Not Found</h1>", content_type="text/html"),
    when=404,
    caught_by="unknown-agent-has-no-sessions",
)
every_400_is_422 = renumbered(ANY, 400, 422, caught_by="session-needs-an-agent")
every_400_is_500 = response_to(
    ANY,
    error(500, "INTERNAL_ERROR", "Cannot read properties of undefined"),
    when=400,
    caught_by="session-needs-an-agent",
)
every_404_is_a_text = response_to(
    ANY, Response(404, {"error": "Not found"}), when=404, caught_by="unknown-agent-has-no-sessions"
)
every_404_has_details_alone = response_to(
    ANY, Response(404, {"detail": "Not Found"}), when=404, caught_by="unknown-agent-has-no-sessions"
)
every_404_is_a_success = renumbered(ANY, 404, 200, caught_by="unknown-agent-has-no-sessions")
every_404_is_500 = response_to(
    ANY,
    error(500, "INTERNAL_ERROR", "Not found"),
    when=404,
    caught_by="unknown-agent-has-no-sessions",
)
every_400_lacks_a_message = response_to(
    ANY,
    fields(error={"code": "VALIDATION_ERROR"}),
    when=400,
    caught_by="faults-of-a-session-request-share-a-code",
)
every_400_succeeds_by_its_words = response_to(
    ANY, fields(success=True), when=400, caught_by="agents-are-named-by-uuids"
)


@response_to("GET /api/**", when=200, caught_by="created-agent-is-found")
def success_is_not_told(body: Any) -> Any:
    return without("success")(body) or body


nothing_is_ever_created = renumbered(ANY, 201, 200, caught_by="session-begins-with-what-was-asked")
nothing_is_ever_empty = response_to(ANY, DONE, when=204, caught_by="deleted-message-is-gone-alone")


@handler_of("POST|PATCH /api/**", caught_by="page-holds-fifty-messages-unless-asked")
async def every_tenth_write_is_lost(request: Request, app: App) -> Response:
    """Give every tenth write the response of the one before it."""
    app.counts["writes"] += 1
    write = f"{request.method} {request.path}"
    last: Response | None = app.memory.get(write)
    if app.counts["writes"] % 10 == 0 and last is not None:
        return last
    response = await app(request)
    if response.ok:
        app.memory[write] = response
    return response


nothing_is_ever_noted = request_to(
    "POST|PATCH /api/**", without("metadata"), caught_by="session-begins-with-what-was-asked"
)
no_query_is_read = request_to(
    "GET /api/**", lambda r: r._replace(query=""), caught_by="limit-bounds-the-page"
)
no_limit_is_read = request_to(
    "GET /api/**", query(limit=None, count=None), caught_by="limit-bounds-the-page"
)
