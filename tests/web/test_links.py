"""No link of the pages of a server leads nowhere, nor does one to a place in a page."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import httpx

from tests.support.pages import KINDS, serving_all_kinds
from understudy.web.dead_links import PageParser

#: The address of an operation's page, and of what is no operation beside these.
OPERATION = re.compile(r".*/reference/([^/]+)/(?!(?:rules|changes|versions)$)[\w-]+")


def test_links_lead_somewhere(tmp_path: Path) -> None:
    """From every kind of page, to pages, their parts, styles and scripts; all answers are 200. Of
    the pages of operations one an API is read: when files are built, all of them are."""
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
        self._followed: dict[str, str] = {}  # the operation's page that is read, by the API
        self._client = client
        self._origin = origin

    def _is_followed(self, target: str) -> bool:
        operation = OPERATION.fullmatch(target)
        if operation and target not in self.anchors:
            return self._followed.setdefault(operation[1], target) == target
        return target.startswith(f"{self._origin}/")

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
            if not self._is_followed(target):
                continue
            if target not in self.anchors:
                self.read(target, follows=False, page=address)
            if anchor and unquote(anchor) not in self.anchors[target]:
                self.dead.append(f"{address}: {link} is not in the page")
