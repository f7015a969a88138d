"""The kinds of pages, and a server that has one of each; tests visit all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx

from tests.support.server import ROOT, Server, running

#: Opens all <details>, so that their content is checked too.
UNFOLD = "for (const each of document.querySelectorAll('details')) each.open = true"

REFERENCE = "/_understudy/reference"
CONSOLE = "/_understudy/console"

#: A document with each kind of operation, under its own name.
TEXTS = ROOT / "tests/web/documents/texts-3.1.yaml"


class Kind(NamedTuple):
    """A kind of page: the address of one, and an element that its scripts make, if any."""

    name: str
    path: str
    filled: str = "main"


#: Whoever adds a kind of page adds it here. Swagger UI has a page of its own design.
KINDS = (
    Kind("home", "/"),
    Kind("all references", f"{REFERENCE}/"),
    Kind("search results", "/_understudy/search?q=book", ".results"),
    Kind("no search results", "/_understudy/search?q=zzzzzz"),
    Kind("guides", "/_understudy/guides/"),
    Kind("a guide", "/_understudy/guides/pytest"),
    Kind("overview", f"{REFERENCE}/texts/"),
    Kind("overview of a large document", f"{REFERENCE}/zep/"),
    Kind("deprecated operation with a body", f"{REFERENCE}/texts/addBook", "#try:not([hidden])"),
    Kind("operation with a form", f"{REFERENCE}/texts/fillForm", "#try:not([hidden])"),
    Kind("operation with many statuses", f"{REFERENCE}/eliza/sendSessionMessage"),
    Kind("operation with rules", f"{REFERENCE}/zep/endSession"),
    Kind("webhook", f"{REFERENCE}/texts/bookReturned"),
    Kind("callback", f"{REFERENCE}/texts/bookAdded"),
    Kind("rules", f"{REFERENCE}/eliza/rules"),
    Kind("no rules", f"{REFERENCE}/texts/rules"),
    Kind("broken rules", f"{REFERENCE}/broken/rules"),
    Kind("changes", f"{REFERENCE}/zep/changes"),
    Kind("versions", f"{REFERENCE}/zep/versions"),
    Kind("operation in the place of an older one", f"{REFERENCE}/zep/createThread"),
    Kind("disagreements", "/_understudy/disagreements/eliza"),
    Kind("not found", f"{REFERENCE}/nobody/"),
    Kind("broken changes", f"{REFERENCE}/broken/changes"),
    Kind("journal", f"{CONSOLE}/", "#journal tbody tr"),
    Kind("exchange", f"{CONSOLE}/exchange?number=2", ".facts"),
    Kind("state", f"{CONSOLE}/state", "#tree summary"),
    Kind("faults", f"{CONSOLE}/faults", "#faults td"),
    Kind("clock", f"{CONSOLE}/clock", "#schedule td"),
    Kind("webhooks", f"{CONSOLE}/webhooks"),
    Kind("coverage", f"{CONSOLE}/coverage", "#operations-covered tr"),
    Kind("settings", f"{CONSOLE}/settings", "table tbody tr"),
)


@contextmanager
def serving_all_kinds(directory: Path) -> Iterator[Server]:
    """Serve a page of each kind, the console's with something to show."""
    documents = [directory / "texts.yaml", directory / "broken.yaml"]
    for file in documents:
        file.write_text(TEXTS.read_text().replace("url: /v1", f"url: /{file.stem}"))
    (directory / "broken.arazzo.yaml").write_text("arazzo: 3.0.0\nworkflow: []\n")
    (directory / "broken.changes.yaml").write_text("- not a revision\n")
    with running("eliza", "zep", *map(str, documents)) as server:
        with httpx.Client(base_url=server.url, headers={"Authorization": "Api-Key a"}) as client:
            _use(client)
        yield server


def _use(client: httpx.Client) -> None:
    """Send a valid and an invalid request, take a snapshot, and add a fault."""
    for body in ({"user_id": "ann"}, {"user_id": 7}):
        client.post("/api/v2/users", json=body)
    client.put("/_understudy/snapshots/base")
    client.post("/_understudy/faults", json={"then": {"status": 500}})
    request = {"method": "GET", "path": "/api/agents"}
    client.post("/_understudy/schedule", json={"in": "PT5M", "request": request})
