"""What tests of Zep's Python client 4.0.1 share."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients.sdk import SdkError, model

#: A uuid that nothing has.
NOBODY = "00000000-0000-4000-8000-000000000000"
#: An argument of the client, so that it does not try a request again.
NO_RETRY = {"max_retries": 0}


def refusal(call: Any, *arguments: Any, **named: Any) -> tuple[int, str, str | None]:
    """Return the status, the code and the parameter of the error that a call raises."""
    with pytest.raises(SdkError) as caught:
        call(*arguments, request_options=NO_RETRY, **named)
    error = caught.value.body["error"]
    assert caught.value.status is not None
    return caught.value.status, error["code"], error.get("param")


def values(items: list[dict[str, Any]], name: str) -> list[Any]:
    """Return a field of each item."""
    return [item.get(name) for item in items]


def edge(source: str, target: str, fact: str, **more: Any) -> dict[str, Any]:
    """Return an edge between two nodes of these names, or uuids."""
    ends = {"source_node": node(source), "target_node": node(target)}
    return model("EdgeInput", fact=fact, fact_name="KNOWS", **ends, **more)


def node(name: str) -> dict[str, Any]:
    """Return a reference to a node by its name or uuid."""
    return model("EdgeNodeRef", **{"uuid_" if len(name) == len(NOBODY) else "name": name})
