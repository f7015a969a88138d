"""Jobs: questions to an agent, each in a channel of its own, whose replies clients fetch later.

The released server checks its jobs once a minute: it marks those that have waited too long, and
deletes those that have ended and expired. Here this happens at the next request.
"""

from __future__ import annotations

from typing import Any

from understudy import Collection, Index, Record, World

from .clock import MINUTE
from .javascript import defined
from .record_types import JobRecord, TallyRecord

BY_AGE = Index(order="createdAt")
BY_STATUS = Index(order="createdAt", group="status")
#: By the time at which the server's next check changes something.
BY_NEXT_CHECK = Index(order="next")
JOBS = Collection("jobs", (BY_AGE, BY_STATUS, BY_NEXT_CHECK), record=JobRecord, key="id")

#: How many jobs of each kind have ended, and how long the completed ones took.
TALLY = Collection("tally of jobs", record=TallyRecord)
_TALLY_KEY = "tally"
_NO_TALLY: Record = {"completed": 0, "timeout": 0, "took": 0}

STATUSES = ("pending", "processing", "completed", "failed", "timeout")
MOST_JOBS = 10_000
_TOO_LATE = "Job timed out waiting for agent response"


def next_check(moment: float) -> int:
    """Return the time of the server's first check after that moment."""
    return (int(moment) // MINUTE + 1) * MINUTE


def keep_job(world: World, job: Record) -> None:
    """Store a job; if there are too many, delete the oldest tenth."""
    if world.store.count(JOBS, BY_AGE) >= MOST_JOBS:
        for old in world.store.list(JOBS, BY_AGE, limit=MOST_JOBS // 10):
            world.store.delete(JOBS, old["id"])
    world.store.put(JOBS, job["id"], {**job, "next": next_check(job["expiresAt"])})


def complete(world: World, job: Record, reply: Record, now: int) -> Record:
    """Return the job with its reply, and count it."""
    duration = max(now - job["createdAt"], 0)
    tally = tally_of(world)
    _put_tally(
        world, {**tally, "completed": tally["completed"] + 1, "took": tally["took"] + duration}
    )
    message = {
        "id": reply["id"],
        "content": reply["content"],
        "authorId": reply["authorId"],
        "createdAt": reply["createdAt"],
        "metadata": reply["metadata"],
    }
    result = {"message": message, "processingTimeMs": duration}
    return {**job, "status": "completed", "result": result}


def time_out(world: World, job: Record, next_: int) -> Record:
    """Store the job as timed out and return it; the server deletes it at the check `next_`."""
    tally = tally_of(world)
    _put_tally(world, {**tally, "timeout": tally["timeout"] + 1})
    late = {**job, "status": "timeout", "error": _TOO_LATE, "next": next_}
    world.store.put(JOBS, job["id"], late)
    return late


def run_due_checks(world: World, now: int) -> None:
    """Do what the server has done at its checks until now."""
    for job in world.store.list(JOBS, BY_NEXT_CHECK, below=now + 1):
        if job["status"] == "processing":
            job = time_out(world, job, job["next"] + MINUTE)
        if job["status"] != "processing" and job["next"] <= now:
            world.store.delete(JOBS, job["id"])


def tally_of(world: World) -> Record:
    """Return how many jobs have ended."""
    return world.store.get(TALLY, _TALLY_KEY) or _NO_TALLY


def _put_tally(world: World, tally: Record) -> None:
    world.store.put(TALLY, _TALLY_KEY, tally)


def job_json(job: Record) -> dict[str, Any]:
    """Return a job as responses show it."""
    return defined(
        jobId=job["id"],
        status=job["status"],
        agentId=job["agentId"],
        userId=job["userId"],
        prompt=job["content"],
        createdAt=job["createdAt"],
        expiresAt=job["expiresAt"],
        result=job.get("result"),
        error=job.get("error"),
        metadata=job["metadata"],
    )
