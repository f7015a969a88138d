"""Comparison of the servers of two contracts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from understudy.openapi.contract import Contract
from understudy.openapi.diff.change import Change
from understudy.openapi.servers import MOST_BASE_PATHS, server_urls


def server_changes(old: Contract, new: Contract) -> Iterator[Change]:
    """Yield the URLs that are gone and those that are new, each with its host.

    They break no clients by themselves: an operation that has another path is a change of its own.
    """
    before, after = _urls(old), _urls(new)
    for url in before:
        if url not in after:
            yield Change("servers", "", f"{url} is gone", False)
    for url in after:
        if url not in before:
            yield Change("servers", "", f"{url} is new", False)


def _urls(contract: Contract) -> dict[str, None]:
    """Return the absolute URLs of the servers; relative ones are where the document is."""
    servers = contract.document.get("servers") or ()
    urls = (url for server in servers for url in server_urls(server))
    absolute = (url.rstrip("/") for url in urls if "://" in url)
    return dict.fromkeys(islice(absolute, MOST_BASE_PATHS))
