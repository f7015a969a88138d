"""The server that is judged: where it is, and with which key."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from understudy.errors import UsageError
from understudy.openapi.contract import Contract


def resolve_base_url(contract: Contract, url: str) -> str:
    """Where the contract's paths begin: `url` with the contract's base path, if it lacks it."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        parts.port  # noqa: B018 - which raises where it is no port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise UsageError(f"{url!r} is not the URL of a server; give one like http://127.0.0.1:3000")
    path = parts.path.rstrip("/")
    if not path.endswith(contract.base_path):
        path += contract.base_path
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def credential_headers(contract: Contract, api_key: str | None) -> dict[str, str]:
    """The headers that carry the key, in the form that the security scheme gives it."""
    found: dict[str, str] = {}
    if not api_key and all({} in o.security or not o.security for o in contract.operations):
        return found
    needed = {name for o in contract.operations for way in o.security for name in way}
    for name in sorted(needed):
        scheme = contract.security_schemes.get(name)
        if scheme is None:
            raise UsageError(f"the document names a security scheme {name!r} and describes none")
        if not api_key:
            raise UsageError(f"{contract.title} needs a key: give one with --api-key")
        if not (api_key.isascii() and api_key.isprintable()):
            raise UsageError("the key has characters that no header can carry")
        bearer = scheme.get("type") != "apiKey" and scheme.get("scheme", "bearer") == "bearer"
        form = scheme.get("x-understudy-form", "Bearer {key}" if bearer else "{key}")
        found[scheme.get("name", "Authorization")] = form.replace("{key}", api_key)
    return found
