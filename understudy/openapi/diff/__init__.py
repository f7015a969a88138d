"""Changes between two versions of a contract, and whether they break clients.

No maintained Python library compares OpenAPI documents by direction (November 2026): clients break
if the server accepts fewer requests, or if it sends responses that it did not send before.
"""

from understudy.openapi.diff.change import Change, as_json, as_text
from understudy.openapi.diff.contracts import list_changes

__all__ = ["Change", "as_json", "as_text", "list_changes"]
