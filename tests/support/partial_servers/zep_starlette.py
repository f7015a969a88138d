"""Eleven of the operations of Zep, with Starlette, as somebody wrote it.

A record that is not there has the same 404 as a path that is not. What is kept, and how, is that of
the server in `examples/zep_server`.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from werkzeug.exceptions import HTTPException as Refusal
from werkzeug.exceptions import NotFound

from tests.support.server import ROOT

sys.path.append(str(ROOT / "examples" / "zep_server"))
from bodies import (
    NewMessages,
    NewSession,
    NewUser,
    SessionEnd,
    Window,
)
from project import Project, found

#: Answers a request by the state of its key, the ids in its path, its body and its query.
Answer = Callable[[Project, dict[str, str], bytes, dict[str, str]], Any]


def zep(fault: str = "") -> Starlette:
    """Return the server, with a fault if it is named."""
    projects: defaultdict[str, Project] = defaultdict(Project)

    def add_user(project: Project, ids: dict[str, str], body: bytes, query: Any) -> Any:
        new = NewUser.model_validate_json(body)
        if fault == "a taken id is free":
            project.users.pop(new.user_id, None)
        return project.add_user(new), 201

    def add_memory(project: Project, ids: dict[str, str], body: bytes, query: Any) -> Any:
        return project.add_messages(ids["session"], NewMessages.model_validate_json(body))

    def delete_user(project: Project, ids: dict[str, str], body: bytes, query: Any) -> Any:
        if fault != "deleted users stay":
            project.delete_user(ids["user"])
        return {"message": "OK"}

    def get_memory(project: Project, ids: dict[str, str], body: bytes, query: Any) -> Any:
        memory = project.memory(ids["session"], Window.model_validate(query))
        if fault == "reads the first messages":
            memory["messages"] = project.messages[ids["session"]][: len(memory["messages"])]
        return memory

    user, session = "/api/v2/users/{user}", "/api/v2/sessions/{session}"
    paths: dict[str, dict[str, Answer]] = {
        "/api/v2/users": {"POST": add_user},
        user: {
            "GET": lambda project, ids, *_: project.user(ids["user"]),
            "DELETE": delete_user,
        },
        f"{user}/warm": {"GET": lambda project, ids, *_: warmed(project, ids["user"])},
        "/api/v2/sessions": {"POST": add_session},
        session: {"GET": lambda project, ids, *_: project.session(ids["session"])},
        f"{session}/end": {"POST": end_session},
        f"{session}/memory": {
            "POST": add_memory,
            "GET": get_memory,
            "DELETE": lambda project, ids, *_: done(project.delete_session(ids["session"])),
        },
        f"{session}/messages/{{message}}": {"GET": get_message},
    }

    handlers: Any = {HTTPException: error, Refusal: refusal, ValidationError: invalid}
    routes = [
        Route(path, endpoint(answers, projects), methods=list(answers))
        for path, answers in paths.items()
    ]
    return Starlette(routes=routes, exception_handlers=handlers)


def endpoint(answers: dict[str, Answer], projects: dict[str, Project]) -> Any:
    """Return what answers the requests to a path, by their methods."""

    async def respond(request: Request) -> JSONResponse:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme != "Api-Key" or not key:
            raise HTTPException(401, "unauthorized")
        media_type = request.headers.get("content-type", "application/json").partition(";")[0]
        body, query = await request.body(), dict(request.query_params)
        if body and media_type != "application/json":
            raise HTTPException(415, "send application/json")
        given = {name: value for name, value in query.items() if value}
        answer = answers[request.method]
        result = answer(projects[key], request.path_params, body, given)
        value, status = result if isinstance(result, tuple) else (result, 200)
        return JSONResponse(value, status)

    return respond


def add_session(project: Project, ids: dict[str, str], body: bytes, query: Any) -> Any:
    """Add a session."""
    return project.add_session(NewSession.model_validate_json(body)), 201


def end_session(project: Project, ids: dict[str, str], body: bytes, query: Any) -> Any:
    """End a session."""
    end = SessionEnd.model_validate_json(body) if body else SessionEnd.model_validate({})
    return project.end_session(ids["session"], end)


def get_message(project: Project, ids: dict[str, str], body: bytes, query: Any) -> Any:
    """Return a message of a session."""
    try:
        wanted = str(UUID(ids["message"]))
    except ValueError:
        raise HTTPException(400, "bad request: that is no UUID") from None
    project.session(ids["session"])
    messages = project.messages[ids["session"]]
    return found({message["uuid"]: message for message in messages}, wanted)


def warmed(project: Project, user_id: str) -> Any:
    """Do nothing for a user."""
    project.user(user_id)
    return {"message": "user warmed"}


def done(_: None) -> Any:
    """Say that something is done."""
    return {"message": "OK"}


def error(request: Request, reason: HTTPException) -> JSONResponse:
    """Return an error of Starlette as Zep writes it."""
    return JSONResponse({"message": reason.detail.lower()}, reason.status_code, reason.headers)


def refusal(request: Request, reason: Refusal) -> JSONResponse:
    """Return what the state refuses; what is not there as Starlette says it."""
    if isinstance(reason, NotFound):
        return error(request, HTTPException(404))
    status = reason.code or 500
    prefix = {400: "bad request: ", 409: "session ended: "}.get(status, "")
    return JSONResponse({"message": f"{prefix}{reason.description}"}, status)


def invalid(request: Request, reason: ValidationError) -> JSONResponse:
    """Return what is wrong with a body, or with parameters."""
    return JSONResponse({"message": f"bad request: {reason.errors()[0]['msg']}"}, 400)
