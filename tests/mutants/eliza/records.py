"""Mutants of what a server records: memories, logs, runs and jobs."""

from __future__ import annotations

from typing import Any

from tests.mutants.eliza.parts import (
    AGENT,
    AGENTS,
    EMPTY,
    HARMFUL,
    JOBS,
    MEMORIES,
    NOBODY,
    RELEASED,
    ROOM_MEMORIES,
    SOMEBODY,
    TOO_MANY,
    error,
    items_of,
    success,
)
from tests.mutants.language import (
    backwards,
    default_query,
    defaults,
    fields,
    handler_of,
    one_more,
    query,
    renamed,
    renumbered,
    request_to,
    response_to,
    within,
    without,
)
from tests.mutants.mutant import SHAPE, App, Request, Response

ANY_MEMORIES = (f"GET {MEMORIES}", f"GET {ROOM_MEMORIES}")
UPDATE = f"PATCH {MEMORIES}/*"
LOGS = "GET|POST /api/server/logs"
CLEAR_LOGS = "DELETE /api/server/logs"
RUNS = f"GET {AGENT}/runs"
ADD_JOB = f"POST {JOBS}"
LIST_JOBS = f"GET {JOBS}"


@response_to(ANY_MEMORIES, caught_by="memory-is-changed-and-forgotten")
def memories_come_oldest_first(body: Any) -> Any:
    items_of(body, "memories").sort(key=lambda memory: memory["createdAt"])
    return body


the_count_of_memories_is_ignored = request_to(
    f"GET {ROOM_MEMORIES}",
    query(count=None, limit=None),
    caught_by="memory-is-changed-and-forgotten",
)
the_time_of_memories_is_ignored = request_to(
    f"GET {ROOM_MEMORIES}",
    query(start=None, end=None, before=None),
    caught_by="memory-is-changed-and-forgotten",
)
memories_of_all_rooms = request_to(
    f"GET {MEMORIES}",
    query(roomId=None, channelId=None),
    caught_by="memories-of-an-agent-are-its-own",
)


@handler_of(f"GET {MEMORIES}", caught_by="memories-of-an-agent-are-its-own")
async def memories_of_all_agents(request: Request, app: App) -> Response:
    response = await app(request)
    if response.status != 200:
        return response
    memories = items_of(response.body, "memories")
    for agent in (await app.get(AGENTS)).body["data"]["agents"]:
        others = await app.get(request.path.replace(request.path.split("/")[3], agent["id"]))
        known = {memory["id"] for memory in memories}
        memories += [m for m in items_of(others.body, "memories") if m["id"] not in known]
    return response


a_change_of_a_memory_changes_nothing = request_to(
    UPDATE, lambda r: r._replace(body={}), caught_by="memory-is-changed-and-forgotten"
)
metadata_of_a_memory_cannot_change = request_to(
    UPDATE, without("metadata"), caught_by="memory-is-changed-and-forgotten"
)


@handler_of(f"DELETE {MEMORIES}/*", caught_by="memory-is-changed-and-forgotten")
async def a_memory_cannot_be_deleted(request: Request, app: App) -> Response:
    return success({"message": "Memory deleted"})


@handler_of(f"DELETE {MEMORIES}/all/*", survives=RELEASED)
async def a_room_cannot_be_forgotten(request: Request, app: App) -> Response:
    return EMPTY


@handler_of(f"DELETE {MEMORIES}/all/*", caught_by="forgetting-a-room-keeps-the-others")
async def with_one_room_all_are_forgotten(request: Request, app: App) -> Response:
    response = await app(request)
    if response.status == 204:
        await app.delete(request.path.rpartition("/all/")[0])
    return response


@handler_of(f"DELETE {MEMORIES}", caught_by="memories-of-an-agent-are-its-own")
async def an_agent_cannot_forget(request: Request, app: App) -> Response:
    memories = await app.get(request.path)
    if not memories.ok:
        return memories
    count = len(items_of(memories.body, "memories"))
    return success({"deleted": count, "message": "Deleted"})


nothing_was_forgotten = response_to(
    f"DELETE {MEMORIES}",
    within("data", fields(deleted=0)),
    caught_by="memories-of-an-agent-are-its-own",
)
no_agent_remembers_nothing = response_to(
    ANY_MEMORIES, success({"memories": []}), when=404, caught_by="unknown-agent-has-no-memories"
)


@response_to(ANY_MEMORIES, caught_by=SHAPE)
def memories_have_no_text(body: Any) -> Any:
    for memory in items_of(body, "memories"):
        memory["content"] = memory["content"].get("text", "")
    return body


the_limit_of_logs_is_ignored = request_to(
    LOGS,
    lambda r: without("limit")(r.with_query(limit=None)),
    caught_by="logs-are-as-many-as-asked",
)
the_level_of_logs_is_ignored = request_to(
    LOGS,
    lambda r: without("level")(r.with_query(level=None)),
    caught_by="logs-are-as-many-as-asked",
)
logs_are_miscounted = response_to(
    LOGS, within("count", one_more), caught_by="logs-are-as-many-as-asked"
)
no_total_of_logs = response_to(LOGS, without("total"), caught_by="answers-are-json")
logs_have_no_levels = response_to(LOGS, without("levels"), caught_by="answers-are-json")


@handler_of(CLEAR_LOGS, survives=HARMFUL)
async def logs_cannot_be_cleared(request: Request, app: App) -> Response:
    return Response(200, {"status": "success", "message": "Logs cleared successfully"})


cleared_logs_are_a_success = response_to(CLEAR_LOGS, {"success": True}, caught_by=SHAPE)
no_agent_logs_nothing = response_to(
    f"GET {AGENT}/logs",
    success({"logs": [], "count": 0}),
    when=404,
    caught_by="nothing-is-known-of-an-unknown-agent",
)
runs_are_a_bare_list = response_to(
    RUNS, within("data", lambda data: data["runs"]), caught_by="new-agent-has-no-past"
)
there_are_always_more_runs = response_to(
    RUNS, within("data", fields(hasMore=True)), caught_by="new-agent-has-no-past"
)
runs_are_miscounted = response_to(
    RUNS, within("data.total", one_more), caught_by="new-agent-has-no-past"
)
the_limit_of_runs_is_ignored = request_to(
    RUNS, query(limit=None), caught_by="memories-of-an-agent-are-its-own"
)
the_status_of_runs_is_ignored = request_to(
    RUNS, query(status=None), caught_by="memories-of-an-agent-are-its-own"
)
a_job_is_accepted = renumbered(ADD_JOB, 201, 202, caught_by="job-is-found")
a_job_is_called_id = response_to(ADD_JOB, renamed(jobId="id"), caught_by="job-is-found")
metadata_of_a_job_is_lost = request_to(
    ADD_JOB, without("metadata"), caught_by="jobs-are-listed-and-counted"
)
the_timeout_of_a_job_is_lost = request_to(
    ADD_JOB, without("timeoutMs"), caught_by="jobs-are-listed-and-counted"
)
a_job_needs_no_text = request_to(
    ADD_JOB, defaults(content="Nothing"), caught_by="job-needs-a-question"
)
a_job_needs_no_user = request_to(ADD_JOB, defaults(userId=SOMEBODY), caught_by="job-needs-a-user")
an_unknown_job_is_pending = response_to(
    f"GET {JOBS}/!(health)",
    Response(
        200,
        {
            "jobId": NOBODY,
            "status": "pending",
            "agentId": NOBODY,
            "userId": NOBODY,
            "prompt": "",
            "createdAt": 1,
            "expiresAt": 2,
            "metadata": {},
        },
    ),
    when=404,
    caught_by="unknown-job-is-not-found",
)
jobs_are_not_listed = response_to(
    LIST_JOBS, fields(jobs=[], filtered=0), caught_by="jobs-are-listed-and-counted"
)
the_limit_of_jobs_is_ignored = request_to(
    LIST_JOBS, query(limit=None), caught_by="jobs-are-listed-and-counted"
)
the_status_of_jobs_is_ignored = request_to(
    LIST_JOBS, query(status=None), caught_by="jobs-are-listed-and-counted"
)
jobs_come_five_at_a_time = request_to(LIST_JOBS, default_query(limit="5"), survives=TOO_MANY)
jobs_are_miscounted = response_to(
    LIST_JOBS, within("total", one_more), caught_by="jobs-are-listed-and-counted"
)
jobs_come_oldest_first = response_to(
    LIST_JOBS, within("jobs", backwards), caught_by="jobs-are-listed-and-counted"
)
the_health_of_jobs_counts_nothing = response_to(
    f"GET {JOBS}/health", fields(totalJobs=0), caught_by="jobs-are-listed-and-counted"
)


@handler_of(f"GET {JOBS}/health", caught_by="jobs-are-listed-and-counted")
async def the_health_of_jobs_is_a_job(request: Request, app: App) -> Response:
    return error(404, "JOB_NOT_FOUND", "Job not found")
