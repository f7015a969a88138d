"""Parts that Zep's mutants share."""

from __future__ import annotations

from tests.mutants.mutant import Response

API = "/api/v2"
OK = Response(200, {"message": "OK"})
NOT_FOUND = Response(404, {"message": "not found"})


def bad_request(reason: str) -> Response:
    """Return the response to a request that Zep refuses."""
    return Response(400, {"message": f"bad request: {reason}"})
