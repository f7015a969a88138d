"""Operations of the tag `summaries`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import World

from ..zep.model.graph.derived.document_summaries import document_summaries_of
from ..zep.model.graph.derived.thread_summaries import thread_summaries_of
from ..zep.model.graph.owner import Owner
from ..zep.model.graph.search.filters import wanted_derived
from .model.addresses import owner_at
from .model.lists.filters import filters_of
from .model.lists.lists import KEYS_OF_DERIVED, ListRequest, list_page
from .model.shapes.graph_parts import as_document_summary, as_found_summary


def list_document_summaries(
    world: World,
    graph_uuid: str,
    page_size: int,
    cursor: str | None,
    order_by: str,
    order: str,
    body: dict[str, Any] | None,
) -> dict[str, Any]:
    """List the summaries of the documents of a graph."""
    owner, filters = owner_at(world, graph_uuid), filters_of(body)
    found = _wanted(world, owner, filters, document_summaries_of(world, owner))
    asked = ListRequest("documents", graph_uuid, order_by, order, page_size, cursor, filters)
    return list_page(found, KEYS_OF_DERIVED, as_document_summary, asked)


def list_thread_summaries(
    world: World,
    graph_uuid: str,
    page_size: int,
    cursor: str | None,
    order_by: str,
    order: str,
    body: dict[str, Any] | None,
) -> dict[str, Any]:
    """List the summaries of the threads of the user of a graph."""
    owner, filters = owner_at(world, graph_uuid), filters_of(body)
    found = _wanted(world, owner, filters, thread_summaries_of(world, owner))
    asked = ListRequest("threads", graph_uuid, order_by, order, page_size, cursor, filters)
    return list_page(found, KEYS_OF_DERIVED, lambda one: as_found_summary(world, one), asked)


def _wanted(
    world: World, owner: Owner, filters: Mapping[str, Any], found: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    wanted = wanted_derived(world, owner, filters)
    return [one for one in found if wanted(one)]
