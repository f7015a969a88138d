"""Responses of the protocol itself, where no request has reached the app."""

from __future__ import annotations

from http import HTTPStatus


def plain_response(status: int, message: str) -> bytes:
    """Return a whole response with a sentence, after which the connection closes."""
    body = f"{message}\n".encode()
    head = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
        "content-type: text/plain; charset=utf-8\r\n"
        f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body
