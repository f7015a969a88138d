"""The base URL of a server and the credentials for it, by a contract."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from understudy.errors import UsageError
from understudy.openapi.contract import Contract
from understudy.openapi.extensions import FORM

#: Stands for any key, where a server admits any.
ANY_KEY = "test"

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


def url_before_paths(contract: Contract, base_url: str) -> str:
    """Return what stands before the base path that a base URL ends with: the paths of requests, of
    any base path, follow it."""
    return base_url.removesuffix(_used(contract, base_url))


def own_base_urls(contract: Contract, base_url: str) -> dict[str, str]:
    """Return the base URLs of the operations that have servers of their own, by their ids."""
    used, before = _used(contract, base_url), url_before_paths(contract, base_url)
    return {
        operation.id: before + operation.base_paths[0]
        for operation in contract.operations
        if used not in operation.base_paths
    }


def _used(contract: Contract, base_url: str) -> str:
    """Return the longest base path of the contract that a base URL ends with."""
    path = urlsplit(base_url).path
    return max((each for each in contract.base_paths if path.endswith(each)), key=len, default="")


@dataclass(frozen=True, slots=True)
class Credentials:
    """An API's key as its requests carry it: in headers (those of cookies too) and in the query.

    `values` are what each security scheme sends, by the names of the schemes.
    """

    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)


def credentials_of(contract: Contract, api_key: str | None) -> Credentials:
    """Return the credentials with a key, as the security schemes define. Raises UsageError.

    Of the alternatives of an operation the first counts whose schemes can all carry a key.
    """
    if not api_key and all({} in o.security or not o.security for o in contract.operations):
        return Credentials()
    names = _needed(contract)
    if names and not api_key:
        raise UsageError(f"{contract.title} needs a key: give one with --api-key")
    if names and not (api_key and api_key.isascii() and api_key.isprintable()):
        raise UsageError("the key has characters that are not allowed in a header")
    return _carried(contract, names, api_key or "")


def required_schemes(
    requirements: Sequence[Mapping[str, Any]], api_key: str
) -> list[Mapping[str, Any]]:
    """Return the security requirements that a request with a key has to meet. Where the document
    says that credentials are optional, a key of the server is sent, and `ANY_KEY` is not."""
    return [each for each in requirements if each or api_key == ANY_KEY]


def credentials_for(
    contract: Contract, requirements: Sequence[Mapping[str, Any]], api_key: str
) -> Credentials:
    """Return the credentials with a key for the first of an operation's security requirements
    whose schemes can all carry a key; none if the operation needs none."""
    schemes = contract.security_schemes
    usable = [r for r in requirements if all(_carries_key(schemes, name) for name in r)]
    return (
        Credentials() if {} in requirements else _carried(contract, next(iter(usable), ()), api_key)
    )


def key_places(contract: Contract, names: Iterable[str]) -> frozenset[tuple[str, str]]:
    """Return the places where these security schemes carry a key, as `key_place` does: an operation
    may list the same header or query parameter among its own."""
    schemes = (
        contract.security_schemes[n] for n in names if _carries_key(contract.security_schemes, n)
    )
    return frozenset(key_place(_place(scheme), credential_form(scheme)[0]) for scheme in schemes)


def key_place(where: str, name: str) -> tuple[str, str]:
    """Return a part of a request and a name in it, so that equal places are equal."""
    return where, name.lower() if where == "header" else name


def _place(scheme: Mapping[str, Any]) -> str:
    return str(scheme.get("in", "header")) if scheme.get("type") == "apiKey" else "header"


def _carried(contract: Contract, names: Iterable[str], api_key: str) -> Credentials:
    """Return a key as these security schemes carry it."""
    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    cookies: dict[str, str] = {}
    values: dict[str, str] = {}
    places = {"query": query, "cookie": cookies}
    for scheme_name in names:
        scheme = contract.security_schemes[scheme_name]
        name, form = credential_form(scheme)
        value = form.replace("{key}", _basic(api_key) if is_basic(scheme) else api_key)
        values[scheme_name] = places.get(_place(scheme), headers).setdefault(name, value)
    if cookies:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return Credentials(headers, query, values)


def _needed(contract: Contract) -> list[str]:
    """Return the names of the security schemes that carry the key, in the order of the operations.

    Raises UsageError if an operation needs a scheme that the document does not define.
    """
    schemes = contract.security_schemes
    names: dict[str, None] = {}
    for operation in contract.operations:
        options = [option for option in operation.security if option]
        usable = [option for option in options if all(_carries_key(schemes, n) for n in option)]
        if options and not usable:
            missing = next((n for option in options for n in option if n not in schemes), None)
            if missing is not None:
                raise UsageError(f"the document does not define the security scheme {missing!r}")
        names.update(dict.fromkeys(name for option in usable[:1] for name in option))
    return list(names)


def _carries_key(schemes: Mapping[str, Any], name: str) -> bool:
    scheme = schemes.get(name)
    return isinstance(scheme, dict) and scheme.get("type") != "mutualTLS"


def is_basic(scheme: Mapping[str, Any]) -> bool:
    """Return whether a security scheme is HTTP's Basic."""
    return scheme.get("type") == "http" and authentication_scheme(scheme) == "Basic"


def _basic(key: str) -> str:
    """Return a name and a password as Basic credentials (RFC 7617), unless they are encoded."""
    return b64encode(key.encode()).decode() if ":" in key else key


def credential_form(scheme: Mapping[str, Any]) -> tuple[str, str]:
    """Return the name of a security scheme's header or parameter, and the form of its value, with
    `{key}` in it."""
    is_key = scheme.get("type") == "apiKey"
    name = str(scheme.get("name", "Authorization")) if is_key else "Authorization"
    form = "{key}" if is_key else authentication_scheme(scheme) + " {key}"
    return name, scheme[FORM] if isinstance(scheme.get(FORM), str) else form


def authentication_scheme(scheme: Mapping[str, Any]) -> str:
    """Return the name of the HTTP authentication scheme that a security scheme means: Bearer for
    OAuth 2 and OpenID Connect, else its own, as the IANA registry spells it."""
    name = str(scheme.get("scheme") or "bearer") if scheme.get("type") == "http" else "bearer"
    return _SPELLING.get(name.lower(), name)
