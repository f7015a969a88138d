"""What browsers may do with pages: the headers of pages, and the policy of those that are files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from understudy.openapi.contract import Contract
from understudy.openapi.servers.server_urls import declared_urls

#: Pages run only our own scripts, load nothing from elsewhere, and send forms only to us.
_OF_FILES = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
}
#: They cannot be framed, either: a <meta> knows no such directive.
_OF_PAGES = {**_OF_FILES, "frame-ancestors": "'none'"}
#: The origin of a URL, as a policy may name it; of user information there is none.
_ORIGIN = re.compile(r"(?:https?|wss?)://[a-z0-9.-]+(?::[0-9]{1,5})?(?=[/?#]|$)", re.IGNORECASE)
#: The largest number of origins that a document's page in Swagger UI may call.
_MOST_ORIGINS = 50


def _policy(directives: dict[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in directives.items())


#: For a <meta> in files. Of files on a disk, not every browser takes the others for 'self'; a page
#: of a web host can load no `file:`.
FILE_POLICY = _policy({**_OF_FILES, "default-src": "'self' file:"})

#: The headers of all that Flask answers: pages, files, redirections and errors.
HEADERS = {
    "Content-Security-Policy": _policy(_OF_PAGES),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def swagger_headers(contract: Contract) -> dict[str, str]:
    """Return the headers that differ for a document's page in Swagger UI.

    It may call the servers that the document names, and those that issue its tokens; the window in
    which a user signs in there has to find its way back.
    """
    sources = " ".join(["'self'", *islice(_origins(contract), _MOST_ORIGINS)])
    return {
        "Content-Security-Policy": _policy({**_OF_PAGES, "connect-src": sources}),
        "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
    }


def _origins(contract: Contract) -> Iterator[str]:
    """Yield the origins that requests of a document's clients go to, each once."""
    seen: set[str] = set()
    for url in (*declared_urls(contract.document), *_token_urls(contract.security_schemes)):
        match = _ORIGIN.match(url)
        if match and match[0].lower() not in seen:
            seen.add(match[0].lower())
            yield match[0].lower()


def _token_urls(schemes: Any) -> Iterator[str]:
    """Yield the addresses that tokens come from, by the security schemes."""
    for scheme in (scheme for scheme in schemes.values() if isinstance(scheme, dict)):
        yield str(scheme.get("openIdConnectUrl", ""))
        flows = scheme.get("flows")
        for flow in flows.values() if isinstance(flows, dict) else ():
            if isinstance(flow, dict):
                yield from (str(flow.get(key, "")) for key in ("tokenUrl", "refreshUrl"))
