"""A server that implements 9 of the operations of Zep, with Flask."""

from __future__ import annotations

import argparse
from collections import defaultdict
from typing import Any, TypeVar

from bodies import NewMessages, NewSession, NewUser, SessionEnd, Window
from flask import Flask, Response, jsonify, request
from project import Project
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    MethodNotAllowed,
    Unauthorized,
    UnsupportedMediaType,
)

Model = TypeVar("Model", bound=BaseModel)


def create_app(kind: type[Project] = Project) -> Flask:
    """Return the server. Each key has a project of its own, of the kind that is given."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 5_000_000
    app.register_error_handler(HTTPException, error_response)
    projects: defaultdict[str, Project] = defaultdict(kind)

    def project() -> Project:
        return projects[api_key()]

    @app.post("/api/v2/users")
    def add_user() -> tuple[Response, int]:
        return jsonify(project().add_user(body(NewUser))), 201

    @app.get("/api/v2/users/<user_id>")
    def get_user(user_id: str) -> Response:
        return jsonify(project().user(user_id))

    @app.delete("/api/v2/users/<user_id>")
    def delete_user(user_id: str) -> Response:
        project().delete_user(user_id)
        return jsonify(message="OK")

    @app.post("/api/v2/sessions")
    def add_session() -> tuple[Response, int]:
        return jsonify(project().add_session(body(NewSession))), 201

    @app.get("/api/v2/sessions/<session_id>")
    def get_session(session_id: str) -> Response:
        return jsonify(project().session(session_id))

    @app.post("/api/v2/sessions/<session_id>/end")
    def end_session(session_id: str) -> Response:
        return jsonify(project().end_session(session_id, body(SessionEnd, required=False)))

    @app.post("/api/v2/sessions/<session_id>/memory")
    def add_memory(session_id: str) -> Response:
        return jsonify(project().add_messages(session_id, body(NewMessages)))

    @app.get("/api/v2/sessions/<session_id>/memory")
    def get_memory(session_id: str) -> Response:
        return jsonify(project().memory(session_id, validated(Window, parameters())))

    @app.delete("/api/v2/sessions/<session_id>/memory")
    def delete_memory(session_id: str) -> Response:
        project().delete_session(session_id)
        return jsonify(message="OK")

    return app


def api_key() -> str:
    """Return the key of the request. Raises Unauthorized."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Api-Key" or not key:
        raise Unauthorized("unauthorized")
    return key


def body(kind: type[Model], *, required: bool = True) -> Model:
    """Return the body of the request. Raises BadRequest, or UnsupportedMediaType."""
    data = request.get_data()
    if not data and not required:
        return kind()
    if data and request.mimetype not in ("", "application/json"):
        raise UnsupportedMediaType("send application/json")
    return validated(kind, data)


def parameters() -> dict[str, str]:
    """Return the parameters of the query that have a value."""
    return {name: value for name, value in request.args.items() if value}


def validated(kind: type[Model], value: bytes | dict[str, Any]) -> Model:
    """Return a body of JSON, or parameters, as what they have to be. Raises BadRequest."""
    try:
        return (
            kind.model_validate_json(value)
            if isinstance(value, bytes)
            else kind.model_validate(value)
        )
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise BadRequest(f"{place}: {first['msg']}" if place else first["msg"]) from None


def error_response(error: HTTPException) -> Response:
    """Return an error in the form that Zep gives it."""
    prefix = {400: "bad request: ", 409: "session ended: "}.get(error.code or 500, "")
    response = jsonify(message=f"{prefix}{error.description}")
    response.status_code = error.code or 500
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.allow.update(error.valid_methods)
    return response


def main() -> None:
    """Serve until the program is stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    # One request after the other: the state is in dicts, without locks.
    create_app().run(port=parser.parse_args().port, threaded=False)


if __name__ == "__main__":
    main()
