"""No link of the pages of a server leads nowhere, nor does one to a place in a page."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import httpx

from tests.support.pages import KINDS, serving_all_kinds
from understudy.web.dead_links import PageParser


def test_links_lead_somewhere(tmp_path: Path) -> None:
    """From every kind of page, to pages, their parts, styles and scripts; all answers are 200."""
    with serving_all_kinds(tmp_path) as server, httpx.Client(follow_redirects=True) as client:
        crawler = Crawler(client, server.url)
        for kind in KINDS:
            crawler.read(urljoin(server.url, kind.path), follows=True)
        assert crawler.dead == []
        assert len(crawler.anchors) > 100


class Crawler:
    """The pages of a server that were read: their anchors by address, and dead links to them."""

    def __init__(self, client: httpx.Client, origin: str) -> None:
        self.anchors: dict[str, set[str]] = {}
        self.dead: list[str] = []
        self._client = client
        self._origin = origin

    def read(self, address: str, *, follows: bool, page: str = "") -> None:
        """Read an address that a page links, and what is linked there if it `follows`."""
        response = self._client.get(address)
        expected = 200 if page else response.status_code
        if response.status_code != expected:
            self.dead.append(f"{page}: {address} is {response.status_code}")
        is_page = "html" in response.headers["content-type"]
        parser = PageParser(response.text if is_page else "")
        self.anchors[address] = parser.anchors
        for link in parser.links if follows else ():
            target, anchor = urldefrag(urljoin(str(response.url), link))
            if not target.startswith(f"{self._origin}/"):
                continue
            if target not in self.anchors:
                self.read(target, follows=False, page=address)
            if anchor and unquote(anchor) not in self.anchors[target]:
                self.dead.append(f"{address}: {link} is not in the page")
