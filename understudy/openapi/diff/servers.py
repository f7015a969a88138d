"""Comparison of the servers of two contracts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from understudy.openapi.contract import Contract
from understudy.openapi.diff.change import Change
from understudy.openapi.diff.level import Level
from understudy.openapi.servers.server_urls import MOST_BASE_PATHS, server_urls


def server_changes(old: Contract, new: Contract) -> Iterator[Change]:
    """Yield the URLs that are gone and those that are new, each with its host.

    A host that is gone may be one that a client calls; an operation that has another path is a
    change of its own.
    """
    before, after = _urls(old), _urls(new)
    for url, place in before.items():
        if url not in after:
            yield Change(
                "servers", "", f"{url} is gone", Level.RISKY, "server-removed", place, True
            )
    for url, place in after.items():
        if url not in before:
            yield Change("servers", "", f"{url} is new", Level.HARMLESS, "server-added", place)


def _urls(contract: Contract) -> dict[str, str]:
    """Return the JSON pointers to servers by their absolute URLs; relative ones are where the
    document is."""
    urls: dict[str, str] = {}
    for number, server in enumerate(contract.document.get("servers") or ()):
        for url in islice(server_urls(server), MOST_BASE_PATHS):
            if "://" in url and len(urls) < MOST_BASE_PATHS:
                urls.setdefault(url.rstrip("/"), f"#/servers/{number}")
    return urls
