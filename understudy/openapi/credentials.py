"""The base URL of a server and the headers with its API key, by a contract."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from understudy.errors import UsageError
from understudy.openapi.contract import Contract
from understudy.openapi.extensions import FORM

#: The authentication schemes of the IANA registry; others are spelt as the document does.
_SPELLING = {
    name.lower(): name
    for name in (
        *("Basic", "Bearer", "Concealed", "Digest", "DPoP", "GNAP", "HOBA", "Mutual", "Negotiate"),
        *("OAuth", "PrivateToken", "SCRAM-SHA-1", "SCRAM-SHA-256", "vapid"),
    )
}


def resolve_base_url(contract: Contract, url: str) -> str:
    """Return the URL below which the contract's paths are: `url`, with the contract's first
    base path added if it has none of them. Raises UsageError."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        parts.port  # noqa: B018 - raises if it is not a port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise UsageError(f"{url!r} is not the URL of a server; give one like http://127.0.0.1:3000")
    path = parts.path.rstrip("/")
    if not any(path.endswith(base_path) for base_path in contract.base_paths if base_path):
        path += contract.base_path
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def credential_headers(contract: Contract, api_key: str | None) -> dict[str, str]:
    """Return the headers that carry the key, as the security schemes define. Raises UsageError."""
    headers: dict[str, str] = {}
    if not api_key and all({} in o.security or not o.security for o in contract.operations):
        return headers
    needed = {name for o in contract.operations for option in o.security for name in option}
    for name in sorted(needed):
        scheme = contract.security_schemes.get(name)
        if scheme is None:
            raise UsageError(f"the document does not define the security scheme {name!r}")
        if not api_key:
            raise UsageError(f"{contract.title} needs a key: give one with --api-key")
        if not (api_key.isascii() and api_key.isprintable()):
            raise UsageError("the key has characters that are not allowed in a header")
        header, form = credential_form(scheme)
        is_basic = scheme.get("type") == "http" and authentication_scheme(scheme) == "Basic"
        headers[header] = form.replace("{key}", _basic(api_key) if is_basic else api_key)
    return headers


def _basic(key: str) -> str:
    """Return a name and a password as Basic credentials (RFC 7617), unless they are encoded."""
    return b64encode(key.encode()).decode() if ":" in key else key


def credential_form(scheme: Mapping[str, Any]) -> tuple[str, str]:
    """Return the name of a security scheme's header or parameter, and the form of its value, with
    `{key}` in it."""
    if scheme.get("type") == "apiKey":
        return scheme.get("name", "Authorization"), scheme.get(FORM, "{key}")
    return "Authorization", scheme.get(FORM, authentication_scheme(scheme) + " {key}")


def authentication_scheme(scheme: Mapping[str, Any]) -> str:
    """Return the name of the HTTP authentication scheme that a security scheme means: Bearer for
    OAuth 2 and OpenID Connect, else its own, as the IANA registry spells it."""
    name = str(scheme.get("scheme") or "bearer") if scheme.get("type") == "http" else "bearer"
    return _SPELLING.get(name.lower(), name)
