"""A small server that knows nothing of Understudy, as strangers write them: ids by uuid4, numbers
that count on, times of now, and some faults."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from itertools import count
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

DOCUMENT = """
openapi: 3.1.0
info: {title: Notebooks, version: "1"}
paths:
  /notebooks:
    get:
      operationId: listNotebooks
      responses:
        "200": {$ref: "#/components/responses/Notebooks"}
    post:
      operationId: createNotebook
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [name]
              additionalProperties: false
              properties: {name: {type: string, minLength: 1, maxLength: 40}}
      responses:
        "201": {$ref: "#/components/responses/Notebook"}
        "400": {$ref: "#/components/responses/Error"}
  /notebooks/{notebook_id}:
    parameters: [{$ref: "#/components/parameters/NotebookId"}]
    get:
      operationId: getNotebook
      responses:
        "200": {$ref: "#/components/responses/Notebook"}
        "404": {$ref: "#/components/responses/Error"}
    delete:
      operationId: deleteNotebook
      responses:
        "204": {description: Deleted}
        "404": {$ref: "#/components/responses/Error"}
  /notebooks/{notebook_id}/pages:
    parameters: [{$ref: "#/components/parameters/NotebookId"}]
    post:
      operationId: addPage
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [text]
              properties: {text: {type: string}}
      responses:
        "201": {$ref: "#/components/responses/Page"}
        "400": {$ref: "#/components/responses/Error"}
        "404": {$ref: "#/components/responses/Error"}
  /tags:
    get:
      operationId: listTags
      responses:
        "200": {description: All, content: {application/json: {schema: {type: array}}}}
    post:
      operationId: createTag
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [tag]
              properties: {tag: {type: string, x-understudy-unique: true}}
      responses:
        "201": {$ref: "#/components/responses/Tag"}
        "400": {$ref: "#/components/responses/Error"}
        "409": {$ref: "#/components/responses/Error"}
  /tags/{tag_id}:
    parameters: [{name: tag_id, in: path, required: true, schema: {type: integer, minimum: 1}}]
    get:
      operationId: getTag
      responses:
        "200": {$ref: "#/components/responses/Tag"}
        "404": {$ref: "#/components/responses/Error"}
    delete:
      operationId: deleteTag
      responses:
        "204": {description: Deleted}
        "404": {$ref: "#/components/responses/Error"}
components:
  parameters:
    NotebookId:
      name: notebook_id
      in: path
      required: true
      schema: {type: string, format: uuid}
  schemas:
    Notebook:
      type: object
      required: [id, name, created_at, owner]
      properties:
        id: {type: string, format: uuid}
        name: {type: string}
        created_at: {type: string, format: date-time}
        owner: {type: string}
  responses:
    Notebooks:
      description: All
      content:
        application/json:
          schema: {type: array, items: {$ref: "#/components/schemas/Notebook"}}
    Notebook:
      description: One
      content: {application/json: {schema: {$ref: "#/components/schemas/Notebook"}}}
    Page:
      description: One
      content:
        application/json:
          schema:
            type: object
            required: [number, text, written]
            properties: {number: {type: integer}, text: {type: string}, written: {type: string}}
    Tag:
      description: One
      content:
        application/json:
          schema:
            type: object
            required: [id, tag, used]
            properties: {id: {type: integer}, tag: {type: string}, used: {type: boolean}}
    Error:
      description: Refused
      content:
        application/json:
          schema: {type: object, required: [message], properties: {message: {type: string}}}
"""


async def body_of(request: Request, name: str) -> Any:
    """Return a text of the JSON body of a request; None if there is none."""
    try:
        body = await request.json()
    except ValueError:
        return None
    value = body.get(name) if isinstance(body, dict) else None
    return value if isinstance(value, str) and value else None


def error(status: int, message: str) -> Response:
    """Return a refusal."""
    return JSONResponse({"message": message}, status)


def notebook_routes() -> list[Route]:
    """Return the operations on notebooks; those of one that does not exist may be a 500."""
    notebooks: dict[str, dict[str, Any]] = {}

    async def list_notebooks(request: Request) -> Response:
        return JSONResponse(list(notebooks.values()))

    async def create_notebook(request: Request) -> Response:
        name = await body_of(request, "name")
        if name is None:
            return error(400, "a name is missing")
        now = datetime.now(UTC).isoformat()
        notebook = {"id": str(uuid.uuid4()), "name": name, "created_at": now}
        notebooks[notebook["id"]] = notebook
        return JSONResponse(notebook, 201)

    async def get_notebook(request: Request) -> Response:
        notebook = notebooks.get(request.path_params["id"])
        return JSONResponse(notebook) if notebook else error(404, "no such notebook")

    async def delete_notebook(request: Request) -> Response:
        notebook = notebooks.pop(request.path_params["id"], None)
        return Response(status_code=204) if notebook else error(404, "no such notebook")

    async def add_page(request: Request) -> Response:
        notebook = notebooks.get(request.path_params["id"])
        text = await body_of(request, "text")
        if text is None:
            return error(400, "a text is missing")
        if notebook is None:
            return error(500, f"{request.path_params['id']} at {datetime.now(UTC).isoformat()}")
        notebook["pages"] = notebook.get("pages", 0) + 1
        return JSONResponse({"number": notebook["pages"], "text": text}, 201)

    return [
        Route("/notebooks", list_notebooks, methods=["GET"]),
        Route("/notebooks", create_notebook, methods=["POST"]),
        Route("/notebooks/{id}", get_notebook, methods=["GET"]),
        Route("/notebooks/{id}", delete_notebook, methods=["DELETE"]),
        Route("/notebooks/{id}/pages", add_page, methods=["POST"]),
    ]


def tag_routes(*, deletes_tags: bool) -> list[Route]:
    """Return the operations on tags, whose ids are numbers that count on."""
    tags: dict[int, dict[str, Any]] = {}
    numbers = count(1001)

    async def list_tags(request: Request) -> Response:
        return JSONResponse(list(tags.values()))

    async def create_tag(request: Request) -> Response:
        text = await body_of(request, "tag")
        if text is None:
            return error(400, "a tag is missing")
        if any(text == tag["tag"] for tag in tags.values()):
            return error(409, "there is such a tag")
        number = next(numbers)
        tags[number] = {"id": number, "tag": text}
        return JSONResponse(tags[number], 201)

    async def get_tag(request: Request) -> Response:
        text = request.path_params["id"]
        tag = tags.get(int(text)) if text.isascii() and text.isdigit() else None
        return JSONResponse(tag) if tag else error(404, "no such tag")

    async def delete_tag(request: Request) -> Response:
        text = request.path_params["id"]
        tag = tags.pop(int(text), None) if text.isascii() and text.isdigit() else None
        return Response(status_code=204) if tag else error(404, "no such tag")

    deleting_tags = [Route("/tags/{id}", delete_tag, methods=["DELETE"])] if deletes_tags else []
    return [
        Route("/tags", list_tags, methods=["GET"]),
        Route("/tags", create_tag, methods=["POST"]),
        Route("/tags/{id}", get_tag, methods=["GET"]),
        *deleting_tags,
    ]


def notebooks_app(*, deletes_tags: bool = True) -> Starlette:
    """Return a new server, without notebooks.

    Its faults: `owner` and `used` are absent, a text that is too long is taken, and pages of a
    notebook that does not exist are a 500. It may have no operation that deletes tags.
    """
    return Starlette(routes=[*notebook_routes(), *tag_routes(deletes_tags=deletes_tags)])
