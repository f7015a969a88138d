"""The names of the extensions (`x-understudy-*` and `x-sdk`) that Understudy reads in documents."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NotRequired, TypedDict

import msgspec

#: On an operation, a response or an alternative of `anyOf` or `oneOf`: the personas that have it.
PERSONAS = "x-understudy-personas"
#: On the document: the path prefixes below which its operations are, the main one first.
PATH_PREFIXES = "x-understudy-path-prefixes"
#: On the document: where its sources disagree, and what the stand-in does.
DISAGREEMENTS = "x-understudy-disagreements"
#: On the document: the versions of the API that it describes, and which operations replace which.
VERSIONS = "x-understudy-versions"
#: On the document: the clients of the API, how to install them and how to point them at a server.
CLIENTS = "x-understudy-clients"
#: On an operation: its method in the client of each language; on a schema: the type of its values.
SDK = "x-sdk"
#: On the document: the CORS headers that the released server sends.
CORS = "x-understudy-cors"
#: On the document: what the released server does with every request, whatever its operation.
HTTP = "x-understudy-http"
#: On a security scheme: the text of the credential, with `{key}` in place of the key.
FORM = "x-understudy-form"
#: On the operation of a callback or a webhook: how it is signed, how often it is tried, and what
#: counts as success.
DELIVERY = "x-understudy-delivery"
#: On a header parameter: true if its value is an idempotency key, by which a request that is sent
#: again gets the answer that it had.
IDEMPOTENCY_KEY = "x-understudy-idempotency-key"
#: On the schema of a path parameter or a property of a request body: true if its value must be one
#: that no other resource has.
UNIQUE = "x-understudy-unique"
#: On a parameter or a property of a request body: the operation that creates the resource whose id
#: it takes; or an object with that `operation`, and the `value` of the id, a runtime expression.
REFERENCES = "x-understudy-references"
#: On a parameter or a property of a request body: true if its example is the id of a resource that
#: every new namespace has.
SEEDED = "x-understudy-seeded"
#: On an operation: operations that must have been called about the same resources before; each an
#: operationId, or an object with that `operation`, a `body` of its own, and the `parameters` that
#: take values of its response: runtime expressions by the parameters' names.
NEEDS = "x-understudy-needs"
#: On the schema of a query parameter or a property of a request body: true if its values come from
#: responses only, as those of a cursor do.
OPAQUE = "x-understudy-opaque"
#: On an operation: the path of the resource that it deletes, if that is not its own path.
DELETES = "x-understudy-deletes"
#: On an operation: query parameters of which it needs at least one, though each is optional.
REQUIRES_ONE_OF = "x-understudy-requires-one-of"
#: On an Arazzo workflow: the source of its rule, "documented", "observed" or "decided".
BASIS = "x-understudy-basis"
#: On an Arazzo workflow: steps that delete what it created.
CLEANUP = "x-understudy-cleanup"
#: On an Arazzo step: the time that passes before it, an ISO 8601 duration.
ADVANCE = "x-understudy-advance"
#: On an Arazzo step: steps, the first possible of which is performed in its place at a server that
#: lacks its operation. Of an empty list nothing is performed.
ALTERNATIVES = "x-understudy-alternatives"
#: On an Arazzo step: the moment that is waited before it, an ISO 8601 duration of at most a second.
WAIT = "x-understudy-wait"
#: On an Arazzo step: true if its rule is not judged where its criteria do not hold.
PREMISE = "x-understudy-premise"


class Disagreement(TypedDict):
    """One of `x-understudy-disagreements`; what is said may be any scalar."""

    point: str
    operations: NotRequired[list[str]]
    sources: NotRequired[dict[str, Any]]
    standIn: NotRequired[dict[str, Any]]


class Client(TypedDict):
    """One of `x-understudy-clients`."""

    language: str
    code: str
    package: NotRequired[str]
    version: NotRequired[str | float]  # what YAML makes of one without quotes
    install: NotRequired[str]
    base_url: NotRequired[str]
    environment: NotRequired[dict[str, str]]
    note: NotRequired[str]


def well_formed(nodes: Any, form: type[Disagreement] | type[Client]) -> Iterator[dict[str, Any]]:
    """Yield the items of a list in a document that have a form; the list may be anything."""
    for node in nodes if isinstance(nodes, list) else ():
        with suppress(msgspec.ValidationError):
            msgspec.convert(node, form)
            yield node
