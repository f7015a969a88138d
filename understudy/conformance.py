"""The judge: does a server keep an API's contract? By Schemathesis, all phases and checks.

It sees contracts and a URL, never our app or handlers: any server is judged like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests

from understudy.acquaintance import HOOKS
from understudy.contract import Contract
from understudy.errors import UsageError
from understudy.verdicts import Clerk, Report

#: Seconds that a server has for one answer.
PATIENCE = 10


def check(
    contract: Contract,
    url: str,
    *,
    api_key: str | None = None,
    max_examples: int = 30,
    seed: int = 1,
    app: Any = None,
) -> Report:
    """Judge the server at `url`, or the ASGI `app` in this process, by `contract`.

    `url` is what the API's own client is given, or the server's origin. Raises UsageError where
    there is no server, a key is needed, or Schemathesis is not installed.
    """
    base_url = base_url_of(contract, url)
    headers = credentials(contract, api_key)
    settings = _settings(contract, base_url, headers, max_examples, seed)
    if app is None:
        _knock(base_url)
    clerk = Clerk(contract, base_url)
    for event in _events(contract, settings, app):
        clerk.take(event)
    clerk.close()
    return clerk.report


def base_url_of(contract: Contract, url: str) -> str:
    """Where the contract's paths begin: `url` with the contract's base path, if it lacks it."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise UsageError(f"{url!r} is not the URL of a server; give one like http://127.0.0.1:3000")
    path = parts.path.rstrip("/")
    if not path.endswith(contract.base_path):
        path += contract.base_path
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def credentials(contract: Contract, api_key: str | None) -> dict[str, str]:
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


def _knock(base_url: str) -> None:
    try:
        requests.get(base_url, timeout=PATIENCE, stream=True).close()
    except requests.RequestException as error:
        raise UsageError(
            f"no server answers at {base_url} ({type(error).__name__}); start it, or mend the URL"
        ) from None


def _settings(
    contract: Contract, base_url: str, headers: dict[str, str], max_examples: int, seed: int
) -> dict[str, Any]:
    """Schemathesis's configuration: all phases, all checks, nothing written to disk."""
    settings: dict[str, Any] = {
        "base-url": base_url,
        "seed": seed,
        "request-timeout": PATIENCE,
        "suppress-health-check": ["all"],  # those judge the contract's generators, not the server
        "continue-on-failure": True,
        "output": {
            "sanitization": {"enabled": False}
        },  # a curl line without the key repeats nothing
        "cache": {"enabled": False},
        "generation": {"max-examples": max_examples, "mode": "all", "database": "none"},
    }
    keys: dict[str, Any] = {}
    for name, scheme in contract.security_schemes.items():
        value = headers.get(scheme.get("name", "Authorization"))
        if value is not None and scheme.get("type") == "apiKey":
            keys[name] = {"api_key": value}
        elif value is not None and scheme.get("scheme", "").lower() == "bearer":
            keys[name] = {"bearer": value.removeprefix("Bearer ")}
    if keys:
        settings["auth"] = {"openapi": keys}
    return settings


def _events(contract: Contract, settings: dict[str, Any], app: Any) -> Iterator[Any]:
    try:
        import schemathesis
        from schemathesis.config import SchemathesisConfig
        from schemathesis.engine import from_schema
        from schemathesis.hooks import unregister
    except ImportError:
        raise UsageError(
            "checking a server needs Schemathesis: pip install 'understudy[check]'"
        ) from None

    schema = schemathesis.openapi.from_dict(
        contract.document, config=SchemathesisConfig.from_dict(settings)
    )
    schema.app = app
    for hook in HOOKS:
        schemathesis.hook(hook)
    try:
        yield from from_schema(schema).execute()
    finally:
        for hook in HOOKS:
            unregister(hook)
