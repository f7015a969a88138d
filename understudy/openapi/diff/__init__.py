"""What changed between two versions of a contract, and whether it breaks those who use it.

No maintained Python library compares OpenAPI documents by direction (November 2026): what a request
may no longer say breaks clients, and so does what an answer newly may.
"""

from understudy.openapi.diff.change import Change, as_json, as_text
from understudy.openapi.diff.contracts import changes

__all__ = ["Change", "as_json", "as_text", "changes"]
