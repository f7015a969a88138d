"""A document of a small shop, and recordings of exchanges with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SHOP = """
openapi: 3.0.3
info: {title: Shop, version: "1"}
servers: [{url: /shop}]
components:
  securitySchemes: {key: {type: apiKey, in: query, name: k}}
  schemas:
    Pet: {type: object, required: [name], properties: {name: {type: string}}}
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - {name: limit, in: query, schema: {type: integer}}
        - {name: tag, in: query, schema: {type: string}}
      responses:
        "200":
          description: The pets.
          content: {application/json: {schema: {type: array, items: {}}, example: [Rex]}}
    post:
      operationId: addPet
      requestBody:
        content:
          application/json: {schema: {$ref: "#/components/schemas/Pet"}}
          application/x-www-form-urlencoded: {schema: {$ref: "#/components/schemas/Pet"}}
          multipart/form-data: {schema: {$ref: "#/components/schemas/Pet"}}
          application/octet-stream: {}
      responses:
        "201": &pet
          description: The pet.
          content:
            application/json: {schema: {$ref: "#/components/schemas/Pet"}, example: {name: Rex}}
  /pets/{id}:
    get:
      operationId: getPet
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"200": *pet}
"""


def entry(
    method: str,
    url: str,
    status: int = 200,
    body: Any = None,
    *,
    sent: Any = None,
    headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Return an entry of a HAR; bodies are JSON."""
    json_type = {"name": "Content-Type", "value": "application/json"}
    text = json.dumps(body)
    request: dict[str, Any] = {"method": method, "url": url, "headers": [], "bodySize": 0}
    if sent is not None:
        request["headers"] = [json_type]
        request["postData"] = {"mimeType": "application/json", "text": json.dumps(sent)}
    others = [{"name": name, "value": value} for name, value in (headers or {}).items()]
    content = {"size": len(text), "mimeType": "application/json", "text": text}
    response = {"status": status, "headers": [json_type, *others], "content": content}
    return {"startedDateTime": "2026-01-01T00:00:00Z", "request": request, "response": response}


def write_har(file: Path, *entries: dict[str, Any]) -> Path:
    """Write a HAR with these entries, and return the file."""
    file.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    return file
