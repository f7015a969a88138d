"""Breakages of a server's state, of speech and files, and of what all of it has in common."""

from __future__ import annotations

from tests.mutants.eliza.parts import ID, answers, breaks, error, hears, unasked, without
from tests.mutants.mutated_app import Answered, Ask, Asked

ANY = "/api/.*"
ENVIRONMENT = "/api/system/env(?:ironment)?/local"
SPEECH = f"/api/audio/{ID}/.*"
UPLOAD = ".*/upload-media"


@answers("GET", "/api/server/ping")
def ping_says_ok(_: Answered) -> object:
    """A ping is answered with ok."""
    return {"ok": True}


@answers("GET", "/api/server/ping")
def ping_tells_the_time_as_text(answer: Answered) -> object:
    """A ping tells its time as a text."""
    return answer.body | {"timestamp": "2026-01-01T00:00:00.000Z"}


@answers("GET", "/api/server/hello")
def hello_in_plain_text(_: Answered) -> Answered:
    """A greeting is plain text."""
    return Answered(200, "Hello World!")


@answers("GET", "/api/server/hello")
def hello_to_somebody_else(_: Answered) -> object:
    """A greeting has words of its own."""
    return {"message": "Hi there"}


@answers("GET", "/api/server/status")
def status_counts_no_agents(answer: Answered) -> object:
    """The status counts no agents."""
    return answer.body | {"agentCount": 0}


@answers("GET", "/api/server/status")
def status_never_moves(answer: Answered) -> object:
    """The status counts the agents of the day on which it was written."""
    return answer.body | {"agentCount": 1}


@answers("GET", "/api/server/health")
def health_is_unwell(answer: Answered) -> object:
    """The server's health is told in words of its own."""
    return answer.body | {"status": "healthy", "dependencies": None}


@hears("POST", ENVIRONMENT)
def the_environment_stays(asked: Asked) -> Asked:
    """What is written to the environment is not kept."""
    return asked._replace(body={"content": {}})


@answers("GET", ENVIRONMENT)
def the_environment_is_bare(answer: Answered) -> object:
    """The environment comes without its envelope."""
    return answer.body["data"]


@hears("POST", ENVIRONMENT)
def the_environment_may_be_nothing(asked: Asked) -> Asked:
    """What is written to the environment may be missing."""
    return asked if "content" in asked.body else asked._replace(body={"content": {}})


@answers("GET", "/api/server/debug/servers")
def debugging_in_an_envelope(answer: Answered) -> object:
    """The servers to debug are put under data."""
    return {"success": True, "data": answer.body}


@answers("POST", SPEECH, 400)
def silence_can_be_spoken(_: Answered) -> Answered:
    """Speech needs no text."""
    return Answered(200, b"ID3", kind="audio/mpeg")


@answers("POST", SPEECH, 404)
def no_agent_can_speak(_: Answered) -> Answered:
    """An agent that is not there speaks."""
    return Answered(200, b"ID3", kind="audio/mpeg")


@answers("POST", SPEECH, 200)
def speech_is_json(_: Answered) -> Answered:
    """Speech is put into JSON."""
    return Answered(200, {"success": True, "data": {"audio": "SUQz"}})


@answers("POST", SPEECH, 400)
def speech_refused_with_another_code(_: Answered) -> Answered:
    """That a text is missing has a code of the server's own."""
    return error(400, "MISSING_TEXT", "Text is required")


@answers("POST", UPLOAD)
def an_upload_has_no_address(answer: Answered) -> object:
    """What was uploaded has no address."""
    return {name: value for name, value in answer.body.items() if name != "url"}


@answers("POST", UPLOAD, 400)
def nothing_can_be_uploaded(_: Answered) -> Answered:
    """An upload needs no file."""
    zero = "00000000-0000-0000-0000-000000000007"
    told = {"id": zero, "url": "/x.png", "type": "image", "mimeType": "image/png", "size": 0}
    return Answered(200, told)


@answers(".*", ANY, 400)
def every_400_is_plain_text(_: Answered) -> Answered:
    """A bad request is refused in plain text."""
    return Answered(400, "Bad Request")


@answers(".*", ANY, 404)
def every_404_is_html(_: Answered) -> Answered:
    """What is not there is told in HTML."""
    return Answered(404, b"<h1>Not Found</h1>", kind="text/html")


@answers(".*", ANY, 400)
def every_400_is_422(answer: Answered) -> Answered:
    """A bad request is an unprocessable entity."""
    return answer._replace(status=422)


@answers(".*", ANY, 400)
def every_400_is_500(_: Answered) -> Answered:
    """A bad request breaks the server."""
    return error(500, "INTERNAL_ERROR", "Cannot read properties of undefined")


@answers(".*", ANY, 404)
def every_404_is_a_text(_: Answered) -> Answered:
    """What is not there is told by a text alone."""
    return Answered(404, {"error": "Not found"})


@answers(".*", ANY, 404)
def every_404_has_details_alone(_: Answered) -> Answered:
    """What is not there is told as FastAPI does."""
    return Answered(404, {"detail": "Not Found"})


@answers(".*", ANY, 404)
def every_404_is_a_success(answer: Answered) -> Answered:
    """What is not there is told with 200."""
    return answer._replace(status=200)


@answers(".*", ANY, 404)
def every_404_is_500(_: Answered) -> Answered:
    """What is not there breaks the server."""
    return error(500, "INTERNAL_ERROR", "Not found")


@answers(".*", ANY, 400)
def every_400_lacks_a_message(answer: Answered) -> object:
    """A bad request is refused without a word."""
    return answer.body | {"error": {"code": "VALIDATION_ERROR"}}


@answers(".*", ANY, 400)
def every_400_succeeds_by_its_words(answer: Answered) -> object:
    """A bad request says that it succeeded."""
    return answer.body | {"success": True}


@answers("GET", ANY, 200)
def success_is_not_told(answer: Answered) -> object:
    """No answer says that it succeeded."""
    return {k: v for k, v in answer.body.items() if k != "success"} or answer


@answers(".*", ANY, 201)
def nothing_is_ever_created(answer: Answered) -> Answered:
    """Whatever was made is answered with 200."""
    return answer._replace(status=200)


@answers(".*", ANY, 204)
def nothing_is_ever_empty(_: Answered) -> Answered:
    """What has nothing to say says that it succeeded."""
    return Answered(200, {"success": True})


@breaks("POST|PATCH", ANY)
async def every_tenth_write_is_lost(asked: Asked, ask: Ask) -> Answered:
    """Every tenth write is answered as the one before it, and lost."""
    ask.times["written"] += 1
    last: Answered | None = ask.memory.get(f"{asked.method} {asked.path}")
    if ask.times["written"] % 10 == 0 and last is not None:
        return last
    answer = await ask(asked)
    if answer.status < 300:
        ask.memory[f"{asked.method} {asked.path}"] = answer
    return answer


@hears("POST|PATCH", ANY)
def nothing_is_ever_noted(asked: Asked) -> Asked:
    """Metadata is never kept."""
    return without(asked, "metadata")


@hears("GET", ANY)
def no_query_is_read(asked: Asked) -> Asked:
    """What a query asks is never read."""
    return asked._replace(query="")


@hears("GET", ANY)
def no_limit_is_read(asked: Asked) -> Asked:
    """No list heeds its limit."""
    return unasked(asked, "limit", "count")
