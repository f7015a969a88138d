"""The requests to the documents of this package: of each operation a valid and an invalid one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

KEY = {"X-Library-Key": "test"}
PNG = b"\x89PNG\r\n\x1a\n"
JSON_LINES = {"Content-Type": "application/jsonl"}


@dataclass(frozen=True)
class Exchange:
    """A request, and the status of its response; `invalid` are options of httpx that replace those
    of the valid request, with the status `refused`."""

    operation: str
    method: str
    path: str
    status: int
    options: dict[str, Any] = field(default_factory=dict)
    invalid: dict[str, Any] = field(default_factory=dict)
    refused: int = 400

    def __str__(self) -> str:
        return self.operation


def _form(body: str) -> dict[str, Any]:
    return {
        "content": body,
        "headers": {"Content-Type": "application/x-www-form-urlencoded"},
    }


EXCHANGES: dict[str, tuple[Exchange, ...]] = {
    "2.0": (
        Exchange(
            "listBooks",
            "GET",
            "/books?subject=art&subject=sea&id=1,2&shelf=1%202&sort=title|year&limit=5",
            200,
            invalid={"params": {"sort": "title,year"}},
        ),
        Exchange(
            *("addBook", "POST", "/books", 201),
            {"json": {"kind": "Map", "title": "Coast", "scale": 2.5}},
            {"json": {"kind": "Map", "title": "Coast", "scale": 0}},
            422,
        ),
        Exchange(
            *("getBook", "GET", "/books/7", 200),
            {"headers": {"Accept": "application/xml"}},
            {"url": "/books/seven"},
        ),
        Exchange(
            *("replaceBook", "PUT", "/books/7", 204),
            {"json": {"kind": "Novel", "title": "Tides", "shelf": None}},
            {"json": {"kind": "Novel", "title": "Tides", "shelf": 10}},
        ),
        Exchange(
            *("addCover", "POST", "/covers", 202),
            {"files": {"image": ("a.png", PNG, "image/png")}, "data": {"note": "front"}},
            {"files": {"image": ("a.png", PNG, "image/png")}, "data": {"note": "FRONT"}},
        ),
        Exchange(
            *("lend", "POST", "/loans", 200),
            _form("books=1&books=2&days=14"),
            _form("books=1&books=2&books=3&books=4&days=14"),
        ),
    ),
    "3.0": (
        Exchange(
            "listBooks",
            "GET",
            "/books?subject=art&subject=sea&id=1,2&sort=title|year&shelf=1%202"
            "&year[from]=1900&year[to]=1950&near={%22lat%22:1}&limit=5",
            200,
            invalid={"params": {"near": '{"lat": 91}'}},
        ),
        Exchange(
            *("addBook", "POST", "/books", 201),
            {"json": {"kind": "map", "title": "Coast", "scale": 2.5, "donor": "Ada"}},
            {"json": {"kind": "map", "title": "Coast", "scale": 0}},
            422,
        ),
        Exchange(
            *("addBook", "POST", "/books", 201),
            {
                "content": (
                    '<label id="7"><title>Tides</title><words><word>Sea</word></words></label>'
                ),
                "headers": {"Content-Type": "application/xml", "Accept": "application/xml"},
            },
            {"content": "<label><words/></label>", "headers": {"Content-Type": "application/xml"}},
            422,
        ),
        Exchange("getBook", "GET", "/books/7", 200, invalid={"url": "/books/0"}),
        Exchange(
            *("changeBook", "PATCH", "/books/7", 200),
            {
                "content": '{"shelf": null}',
                "headers": {"Content-Type": "application/merge-patch+json"},
            },
            {"content": "{}", "headers": {"Content-Type": "application/merge-patch+json"}},
        ),
        Exchange(
            *("getShelf", "GET", "/shelves/.3/;places=1;places=2", 200),
            invalid={"url": "/shelves/.3/;places=x"},
        ),
        Exchange(
            *("addCover", "POST", "/covers", 202),
            {
                "files": [("images", ("a.png", PNG, "image/png")), ("images", ("b", b"b"))],
                "data": {"note": "front"},
            },
            {"files": [("images", ("a.png", PNG, "image/png"))]},
        ),
        Exchange(
            *("lend", "POST", "/loans", 200),
            _form("books=1&books=2&days=14"),
            _form("books=1&books=2&days=29"),
        ),
    ),
    "3.1": (
        Exchange("listBooks", "GET", "/books?limit=5", 200, invalid={"params": {"limit": 51}}),
        Exchange(
            *("addBook", "POST", "/books", 201),
            {"json": {"title": "Tides", "kind": "novel", "pages": 300, "words": ["sea"]}},
            {"json": {"title": "Coast", "kind": "map", "pages": 300}},
            422,
        ),
        Exchange("getBook", "GET", "/books/7", 200, invalid={"url": "/books/x"}),
        Exchange(
            *("checkRule", "POST", "/rules", 200),
            {"json": {"days": 7, "on_sat": True, "on_sun": True}},
            {"json": {"days": 7, "on_sun": True}},
            422,
        ),
        Exchange(
            *("getShelves", "GET", "/shelves?at=3,left", 200),
            invalid={"params": {"at": "3,above"}},
        ),
        Exchange(
            *("addCover", "POST", "/covers", 202),
            {"files": {"image": ("a.png", PNG, "image/png"), "about": (None, '{"book": 7}')}},
            {"files": {"image": ("a.png", PNG, "image/png"), "about": (None, '{"book": 0}')}},
        ),
        Exchange("getScan", "GET", "/scans/7", 200, invalid={"url": "/scans/0"}),
    ),
    "3.2": (
        Exchange(
            *("listBooks", "GET", "/books?subject=art&limit=5", 200),
            invalid={"params": {"subject": "cooking"}},
        ),
        Exchange(
            *("searchBooks", "QUERY", "/books", 200),
            {"json": {"title": "Tides"}},
            {"json": {"title": ""}},
        ),
        Exchange(
            *("addBook", "POST", "/books", 201),
            {"json": {"title": "Tides", "pages": 300}},
            {"json": {"title": "Tides", "pages": 0}},
        ),
        Exchange("getBook", "GET", "/books/7", 200, invalid={"url": "/books/0"}),
        Exchange("copyBook", "COPY", "/books/7", 201, invalid={"url": "/books/0"}),
        Exchange("followLoans", "GET", "/loans", 200, invalid={"headers": {}}, refused=401),
        Exchange(
            *("addLoans", "POST", "/loans", 200),
            {"content": '{"book": 7}\n{"book": 8}\n', "headers": JSON_LINES},
            {"content": '{"book": 7}\n{"book": 0}\n', "headers": JSON_LINES},
        ),
        Exchange(
            *("addCover", "POST", "/covers", 202),
            {"files": {"image": ("a.png", PNG, "image/png")}},
            {"files": {"picture": ("a.png", PNG, "image/png")}},
        ),
    ),
}
