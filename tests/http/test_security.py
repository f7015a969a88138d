"""Credentials by the security schemes of a document."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.support.server import serving
from understudy.app import Understudy
from understudy.serving.project import load

DOCUMENT = """
openapi: 3.0.4
info: {title: Pets, version: "1"}
security: [{desk: []}]
paths: {/pets: {get: {operationId: listPets, responses: {"204": {description: None.}}}}}
components: {securitySchemes: {desk: {type: http, scheme: basic}}}
"""


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("Basic dGVzdDp0ZXN0", 204),  # test:test
        ("basic Og==", 204),  # an empty name and an empty password
        ("Basic dGVzdA==", 401),  # no colon
        ("Basic abc123", 401),
        ("Basic ä", 401),
        ("Basic", 401),
        ("Bearer dGVzdDp0ZXN0", 401),
    ],
)
def test_basic_credentials_are_a_name_and_a_password(
    tmp_path: Path, value: str, status: int
) -> None:
    """They are encoded in base64, with a colon between them (RFC 7617)."""
    path = tmp_path / "pets.yaml"
    path.write_text(DOCUMENT)
    with serving(Understudy(load([path]))) as url:
        headers = [(b"Authorization", value.encode("latin-1"))]
        assert httpx.get(f"{url}/pets", headers=headers).status_code == status
