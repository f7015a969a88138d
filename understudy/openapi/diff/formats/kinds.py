"""What the names of kinds of changes mean, in words."""

from __future__ import annotations

#: What the names of kinds begin with, the longer ones first.
_PARTS = (
    *("request-parameter-property", "request-parameter", "request-property", "request-body"),
    *("response-property", "response-body", "response-header", "response"),
    *("security-scheme", "security", "operation", "server", "webhook", "callback"),
)

#: How to make a change without a break, by how the names of its kinds begin; the first counts.
_ADVICE = {
    "request": "Clients go on to send what the old document allows. Accept it as before, and add "
    "what is new beside it as optional; or offer the new request as another operation or version.",
    "response": "Clients read what the old document promises. Go on to send it, and add what is "
    "new beside it; or offer the new response as another operation or version.",
    "security": "Clients go on to send the credentials of the old document. Accept them as before "
    "until the clients have others.",
    "server": "Clients may call the old address. Keep it, or let it redirect, until they have the "
    "new one.",
    "callback": "Receivers rely on the requests that the old document promises.",
    "webhook": "Receivers rely on the requests that the old document promises.",
    "operation": "Clients go on to call what the old document has. Keep it, marked as deprecated, "
    "until they no longer do.",
}


def summary_of(rule: str) -> str:
    """Return the name of a kind of changes in words: `Request property: max length decreased`."""
    part = next((each for each in _PARTS if rule.startswith(f"{each}-")), "")
    what = rule.removeprefix(part).strip("-").replace("-", " ")
    return f"{part.replace('-', ' ').capitalize()}: {what}." if part else f"{what}."


def advice_on(rule: str) -> str:
    """Return how to make a change of a kind so that no client breaks."""
    return next((text for start, text in _ADVICE.items() if rule.startswith(start)), "")
