"""Jobs: questions to an agent, whose replies clients fetch later."""

from __future__ import annotations

from typing import Any

from understudy import Problem, Record, World

from .model.agents.agent import is_running, running_agents
from .model.channels.channel import open_channel
from .model.channels.messages import post
from .model.clock import milliseconds
from .model.javascript import json_length, parse_int, plain, spread, utf16_length
from .model.jobs import (
    BY_AGE,
    BY_STATUS,
    JOBS,
    MOST_JOBS,
    STATUSES,
    complete,
    job_json,
    keep_job,
    next_check,
    run_due_checks,
    tally_of,
    time_out,
)
from .model.messaging.replies import answer_all
from .model.persona import is_release
from .model.servers import DEFAULT_SERVER

_LONGEST_CONTENT = 50_000
_LARGEST_METADATA = 10_000
_TIMEOUT = 30_000
_PAGE = 50


def create_job(world: World, body: Record) -> Any:
    """Ask an agent a question, in a channel of its own."""
    _check_size(body)
    agent_id = _agent(world, body.get("agentId"))
    now = milliseconds(world)
    run_due_checks(world, now)
    job_id, channel_id, metadata = world.ids.uuid(), world.ids.uuid(), body.get("metadata", {})
    timeout = body.get("timeoutMs", _TIMEOUT)
    job = {
        "id": job_id,
        "agentId": agent_id,
        "userId": body["userId"],
        "content": body["content"],
        "status": "processing",
        "createdAt": now,
        "expiresAt": plain(float(now + timeout)),
        "metadata": metadata,
    }
    description = {
        "jobId": job_id,
        "agentId": agent_id,
        "userId": body["userId"],
        "isJobChannel": True,
    }
    open_channel(
        world,
        channel_id=channel_id,
        name=f"job-{job_id}",
        kind="DM",
        metadata={**description, **spread(metadata)},
        participants=[agent_id],
    )
    reply = _ask(world, job, channel_id)
    keep_job(world, complete(world, job, reply, now) if reply is not None else job)
    return {name: job_json(job)[name] for name in ("jobId", "status", "createdAt", "expiresAt")}


def _check_size(body: Record) -> None:
    """Raise Problem 400 for content or metadata that is too long.

    The schema counts characters, the server UTF-16 units.
    """
    if utf16_length(body["content"]) > _LONGEST_CONTENT:
        raise _invalid(f"content exceeds maximum length of {_LONGEST_CONTENT} characters")
    if json_length(body.get("metadata")) > _LARGEST_METADATA:
        raise _invalid(f"metadata exceeds maximum size of {_LARGEST_METADATA} bytes")


def _invalid(message: str) -> Problem:
    return Problem(400, message, code="VALIDATION_ERROR")


def _agent(world: World, agent_id: str | None) -> str:
    """Return the id of the agent that is to reply: the requested one, else the first that runs."""
    if agent_id:
        if not is_running(world, agent_id):
            raise Problem(404, f"Agent {agent_id} not found", code="AGENT_NOT_FOUND")
        return agent_id
    agents = running_agents(world)
    if not agents:
        raise Problem(404, "No agents available on server", code="AGENT_NOT_FOUND")
    first: str = agents[0]["id"]
    return first


def _ask(world: World, job: Record, channel_id: str) -> Record | None:
    """Post the question, and return the reply if the job gets it.

    In 1.7.2 the reply reaches the channel in a way that the job does not listen to: jobs never
    complete.
    """
    metadata = {"jobId": job["id"], "isJobMessage": True, **spread(job["metadata"])}
    question = post(
        world,
        channel_id,
        job["userId"],
        job["content"],
        metadata=metadata,
        source_type="job_request",
        now=job["createdAt"],
    )
    replies = answer_all(world, question, DEFAULT_SERVER)
    return replies[0] if replies and not is_release(world) else None


def get_job(world: World, job_id: str) -> Any:
    """Return a job; one that has waited too long is marked now."""
    now = milliseconds(world)
    run_due_checks(world, now)
    job = world.store.get(JOBS, job_id)
    if job is None:
        raise Problem(404, "Job not found", code="NOT_FOUND")
    if job["status"] == "processing" and job["expiresAt"] < now:
        job = time_out(world, job, next_check(job["expiresAt"]))
    return job_json(job)


def list_jobs(world: World, limit: int | str | None, status: str | None) -> Any:
    """List jobs, newest first.

    An unknown status selects all jobs; a negative limit skips that many of the oldest, as in
    JavaScript.
    """
    run_due_checks(world, milliseconds(world))
    size = (parse_int(limit) if isinstance(limit, str) else limit) or _PAGE
    total = world.store.count(JOBS, BY_AGE)
    index, group = (BY_STATUS, status) if status in STATUSES else (BY_AGE, None)
    if size < 0:
        size = max(world.store.count(JOBS, index, group) + size, 0)
    jobs = world.store.list(JOBS, index, group, descending=True, limit=size)
    return {"jobs": [job_json(job) for job in jobs], "total": total, "filtered": len(jobs)}


def get_jobs_health(world: World) -> Any:
    """Return counts of jobs, and how they ended."""
    now = milliseconds(world)
    run_due_checks(world, now)
    tally = tally_of(world)
    done, late = tally["completed"], tally["timeout"]
    ended = done + late
    return {
        "healthy": True,
        "timestamp": now,
        "totalJobs": world.store.count(JOBS, BY_AGE),
        "statusCounts": {name: world.store.count(JOBS, BY_STATUS, name) for name in STATUSES},
        "metrics": {
            "averageProcessingTimeMs": round(tally["took"] / done) if done else 0,
            "successRate": _rate(done, ended),
            "failureRate": 0,
            "timeoutRate": _rate(late, ended),
        },
        "maxJobs": MOST_JOBS,
    }


def _rate(part: int, whole: int) -> float:
    return plain(round(part / whole, 2)) if whole else 0
