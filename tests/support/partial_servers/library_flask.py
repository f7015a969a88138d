"""Six of the ten operations of a library, with Flask, as somebody wrote it.

It has one member, who was there before. A book that is not there is Flask's own 404, as a path is
that it does not have.
"""

from __future__ import annotations

from itertools import count
from typing import Any

from flask import Flask, Response, abort, jsonify, request


def library(fault: str = "") -> Flask:
    """Return the server, with a fault if it is named."""
    app, numbers = Flask(__name__), count(1)
    books: dict[str, dict[str, Any]] = {}
    lent: set[str] = set()

    @app.get("/library/books")
    def list_books() -> Response:
        return jsonify(list(books.values()))

    @app.post("/library/books")
    def add_book() -> tuple[Response, int]:
        new = _body("title")
        year = new.get("year")
        if isinstance(year, bool) or not (year is None or _is_whole(year)) or not new["title"]:
            abort(400)
        if "year" in new and year is None:
            abort(400)
        book = {"id": f"b{next(numbers)}", "title": new["title"], "year": year}
        if fault == "year is a text":
            book["year"] = f"{year}"
        books[book["id"]] = book
        return jsonify(book), 201

    @app.get("/library/books/<book_id>")
    def get_book(book_id: str) -> Response:
        return jsonify(books.get(book_id) or abort(404))

    @app.delete("/library/books/<book_id>")
    def remove_book(book_id: str) -> tuple[str, int]:
        if book_id not in books:
            abort(404)
        if fault != "removed books stay":
            del books[book_id]
        return "", 204

    @app.get("/library/members")
    def list_members() -> Response:
        return jsonify([{"id": "ann", "name": "Ann"}])

    @app.post("/library/books/<book_id>/loan")
    def lend_book(book_id: str) -> tuple[Response, int]:
        member = _body("member")["member"]
        if book_id not in books:
            abort(404)
        if book_id in lent and fault != "lends twice":
            abort(409)
        lent.add(book_id)
        return jsonify(book=book_id, member=member), 201

    return app


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) or (isinstance(value, float) and value.is_integer())


def _body(text: str) -> dict[str, Any]:
    """Return the body, an object with a text."""
    body = request.get_json()
    if not isinstance(body, dict) or not isinstance(body.get(text), str):
        abort(400)
    return body
