"""Breakages of what a server keeps by the way: memories, logs, runs and jobs."""

from __future__ import annotations

from tests.mutants.eliza.parts import (
    AGENT,
    AGENTS,
    ID,
    JOBS,
    MEMORIES,
    ROOM_MEMORIES,
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

MEMORY = f"{MEMORIES}/(?!all/){ID}"
JOB = f"{JOBS}/(?!health$){ID}"
LOGS = "/api/server/logs"


@answers("GET", f"{MEMORIES}|{ROOM_MEMORIES}")
def memories_come_oldest_first(answer: Answered) -> object:
    """Memories come oldest first."""
    listed(answer.body, "memories").sort(key=lambda memory: memory["createdAt"])
    return answer.body


@hears("GET", ROOM_MEMORIES)
def the_count_of_memories_is_ignored(asked: Asked) -> Asked:
    """How many memories of a room are wanted is ignored."""
    return unasked(asked, "count", "limit")


@hears("GET", ROOM_MEMORIES)
def the_time_of_memories_is_ignored(asked: Asked) -> Asked:
    """From when memories of a room are wanted is ignored."""
    return unasked(asked, "start", "end", "before")


@hears("GET", MEMORIES)
def memories_of_all_rooms(asked: Asked) -> Asked:
    """The memories of one room are those of all."""
    return unasked(asked, "roomId", "channelId")


@breaks("GET", MEMORIES)
async def memories_of_all_agents(asked: Asked, ask: Ask) -> Answered:
    """The memories of an agent are those of all agents."""
    answer = await ask(asked)
    if answer.status != 200:
        return answer
    memories = listed(answer.body, "memories")
    for agent in (await ask(read(AGENTS))).body["data"]["agents"]:
        path = asked.path.replace(asked.path.split("/")[3], agent["id"])
        known = {memory["id"] for memory in memories}
        others = listed((await ask(read(path))).body, "memories")
        memories += [memory for memory in others if memory["id"] not in known]
    return answer


@hears("PATCH", MEMORY)
def a_change_of_a_memory_changes_nothing(asked: Asked) -> Asked:
    """A change to a memory is answered and forgotten."""
    return asked._replace(body={})


@hears("PATCH", MEMORY)
def metadata_of_a_memory_cannot_change(asked: Asked) -> Asked:
    """What is noted with a memory stays."""
    return without(asked, "metadata")


@breaks("DELETE", MEMORY)
async def a_memory_cannot_be_deleted(asked: Asked, ask: Ask) -> Answered:
    """A memory that was deleted is still there."""
    return Answered(200, {"success": True, "data": {"message": "Memory deleted"}})


@breaks("DELETE", f"{MEMORIES}/all/{ID}")
async def a_room_cannot_be_forgotten(asked: Asked, ask: Ask) -> Answered:
    """The memories of a room cannot be deleted."""
    return Answered(204, None)


@breaks("DELETE", f"{MEMORIES}/all/{ID}")
async def with_one_room_all_are_forgotten(asked: Asked, ask: Ask) -> Answered:
    """With the memories of one room all are deleted."""
    answer = await ask(asked)
    if answer.status == 204:
        await ask(asked._replace(path=asked.path.rpartition("/all/")[0]))
    return answer


@breaks("DELETE", MEMORIES)
async def an_agent_cannot_forget(asked: Asked, ask: Ask) -> Answered:
    """All memories of an agent are said to be deleted, and are not."""
    there = await ask(read(asked.path))
    if there.status >= 400:
        return there
    told = {"deleted": len(listed(there.body, "memories")), "message": "Deleted"}
    return Answered(200, {"success": True, "data": told})


@answers("DELETE", MEMORIES)
def nothing_was_forgotten(answer: Answered) -> object:
    """How many memories were deleted is always nought."""
    return answer.body | {"data": answer.body["data"] | {"deleted": 0}}


@answers("GET", f"{MEMORIES}|{ROOM_MEMORIES}", 404)
def no_agent_remembers_nothing(_: Answered) -> Answered:
    """An agent that is not there has no memories, and no error."""
    return Answered(200, {"success": True, "data": {"memories": []}})


@answers("GET", f"{MEMORIES}|{ROOM_MEMORIES}")
def memories_have_no_text(answer: Answered) -> object:
    """What a memory says is a text where an object should be."""
    for memory in listed(answer.body, "memories"):
        memory["content"] = memory["content"].get("text", "")
    return answer.body


@hears("GET|POST", LOGS)
def the_limit_of_logs_is_ignored(asked: Asked) -> Asked:
    """How many logs are wanted is ignored."""
    return without(unasked(asked, "limit"), "limit")


@hears("GET|POST", LOGS)
def the_level_of_logs_is_ignored(asked: Asked) -> Asked:
    """What level of logs is wanted is ignored."""
    return without(unasked(asked, "level"), "level")


@answers("GET|POST", LOGS)
def logs_are_miscounted(answer: Answered) -> object:
    """The number of logs is one too many."""
    return answer.body | {"count": answer.body["count"] + 1}


@answers("GET|POST", LOGS)
def no_total_of_logs(answer: Answered) -> object:
    """How many logs there are in all is not told."""
    return {name: value for name, value in answer.body.items() if name != "total"}


@answers("GET|POST", LOGS)
def logs_have_no_levels(answer: Answered) -> object:
    """Which levels there are is not told."""
    return {name: value for name, value in answer.body.items() if name != "levels"}


@breaks("DELETE", LOGS)
async def logs_cannot_be_cleared(asked: Asked, ask: Ask) -> Answered:
    """Logs that were cleared are still there."""
    return Answered(200, {"status": "success", "message": "Logs cleared successfully"})


@answers("DELETE", LOGS)
def cleared_logs_are_a_success(_: Answered) -> object:
    """That logs were cleared is told as other successes are."""
    return {"success": True}


@answers("GET", f"{AGENT}/logs", 404)
def no_agent_logs_nothing(_: Answered) -> Answered:
    """An agent that is not there has no logs, and no error."""
    return Answered(200, {"success": True, "data": {"logs": [], "count": 0}})


@answers("GET", f"{AGENT}/runs")
def runs_are_a_bare_list(answer: Answered) -> object:
    """The list of runs lies directly under data."""
    return answer.body | {"data": answer.body["data"]["runs"]}


@answers("GET", f"{AGENT}/runs")
def there_are_always_more_runs(answer: Answered) -> object:
    """There are always more runs to read."""
    return answer.body | {"data": answer.body["data"] | {"hasMore": True}}


@answers("GET", f"{AGENT}/runs")
def runs_are_miscounted(answer: Answered) -> object:
    """The number of runs is one too many."""
    data = answer.body["data"]
    return answer.body | {"data": data | {"total": data["total"] + 1}}


@hears("GET", f"{AGENT}/runs")
def the_limit_of_runs_is_ignored(asked: Asked) -> Asked:
    """How many runs are wanted is ignored."""
    return unasked(asked, "limit")


@hears("GET", f"{AGENT}/runs")
def the_status_of_runs_is_ignored(asked: Asked) -> Asked:
    """In what state runs should be is ignored."""
    return unasked(asked, "status")


@answers("POST", JOBS)
def a_job_is_accepted(answer: Answered) -> Answered:
    """A job is answered with 202."""
    return answer._replace(status=202)


@answers("POST", JOBS)
def a_job_is_called_id(answer: Answered) -> object:
    """The id of a job is called id."""
    rest = {name: value for name, value in answer.body.items() if name != "jobId"}
    return {"id": answer.body["jobId"], **rest}


@hears("POST", JOBS)
def metadata_of_a_job_is_lost(asked: Asked) -> Asked:
    """What is noted with a job is forgotten."""
    return without(asked, "metadata")


@hears("POST", JOBS)
def the_timeout_of_a_job_is_lost(asked: Asked) -> Asked:
    """How long a job may take is forgotten."""
    return without(asked, "timeoutMs")


@hears("POST", JOBS)
def a_job_needs_no_text(asked: Asked) -> Asked:
    """A job may say nothing."""
    return asked._replace(body={"content": "Nothing", **asked.body})


@hears("POST", JOBS)
def a_job_needs_no_user(asked: Asked) -> Asked:
    """A job may be nobody's."""
    body = {"userId": "00000000-0000-4000-8000-000000000007", **asked.body}
    return asked._replace(body=body)


@answers("GET", JOB, 404)
def an_unknown_job_is_pending(_: Answered) -> Answered:
    """A job that is not there is pending for ever."""
    zero = "00000000-0000-0000-0000-000000000007"
    job = {"jobId": zero, "status": "pending", "agentId": zero, "userId": zero, "prompt": ""}
    return Answered(200, {**job, "createdAt": 1, "expiresAt": 2, "metadata": {}})


@answers("GET", JOBS)
def jobs_are_not_listed(answer: Answered) -> object:
    """The list of jobs is empty."""
    return answer.body | {"jobs": [], "filtered": 0}


@hears("GET", JOBS)
def the_limit_of_jobs_is_ignored(asked: Asked) -> Asked:
    """How many jobs are wanted is ignored."""
    return unasked(asked, "limit")


@hears("GET", JOBS)
def the_status_of_jobs_is_ignored(asked: Asked) -> Asked:
    """In what state jobs should be is ignored."""
    return unasked(asked, "status")


@hears("GET", JOBS)
def jobs_come_five_at_a_time(asked: Asked) -> Asked:
    """Five jobs are listed unless it is told."""
    return asked if "limit" in query_of(asked) else asking(asked, limit="5")


@answers("GET", JOBS)
def jobs_are_miscounted(answer: Answered) -> object:
    """The number of all jobs is one too many."""
    return answer.body | {"total": answer.body["total"] + 1}


@answers("GET", JOBS)
def jobs_come_oldest_first(answer: Answered) -> object:
    """Jobs come oldest first."""
    return answer.body | {"jobs": answer.body["jobs"][::-1]}


@answers("GET", f"{JOBS}/health")
def the_health_of_jobs_counts_nothing(answer: Answered) -> object:
    """The health of jobs counts none of them."""
    return answer.body | {"totalJobs": 0}


@breaks("GET", f"{JOBS}/health")
async def the_health_of_jobs_is_a_job(asked: Asked, ask: Ask) -> Answered:
    """The route of a job stands before the one of the jobs' health."""
    return error(404, "JOB_NOT_FOUND", "Job not found")
