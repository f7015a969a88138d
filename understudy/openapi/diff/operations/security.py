"""Comparison of the credentials that an operation needs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from understudy.openapi.contract import Contract
from understudy.openapi.diff.change import Change, PartChange
from understudy.openapi.diff.level import Level
from understudy.openapi.diff.places import place_in
from understudy.openapi.document import escape
from understudy.openapi.operation import Operation

#: What of a security scheme says how credentials are sent.
_SENT = ("type", "in", "name", "scheme", "openIdConnectUrl")
#: The URLs at which clients get tokens.
_URLS = ("authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl")


class _Credentials(NamedTuple):
    """The scopes by scheme that a request must have by one security requirement. A scheme is known
    by how its credentials are sent, for its name is only the document's."""

    scopes: Mapping[str, frozenset[str]]
    names: Mapping[str, str]

    def suffice_for(self, other: _Credentials) -> bool:
        """Return whether a request with these credentials has those of the other, too."""
        return all(
            scheme in self.scopes and scopes <= self.scopes[scheme]
            for scheme, scopes in other.scopes.items()
        )

    def __str__(self) -> str:
        words = []
        for scheme, scopes in sorted(self.scopes.items(), key=lambda pair: self.names[pair[0]]):
            of = f" with {', '.join(sorted(scopes))}" if scopes else ""
            words.append(self.names[scheme] + of)
        return " and ".join(words) or "no key"


def security_changes(before: Operation, after: Operation) -> Iterator[PartChange]:
    """Yield which credentials are no longer enough for an operation, and which are enough now."""
    same = _renamed(before.contract, after.contract)
    old, new = _alternatives(before, same), _alternatives(after, {})
    lost = {str(each) for each in old if not any(each.suffice_for(other) for other in new)}
    gained = {str(each) for each in new if not any(each.suffice_for(other) for other in old)}
    for credentials in sorted(lost):
        how = _sent_otherwise(before, after, credentials) if credentials in gained else ""
        what = f"{credentials} is no longer enough{how}"
        rule, place = "security-narrowed", ""
        if how:
            rule = "security-scheme-changed"
            place = f"#/components/securitySchemes/{escape(credentials)}"
        yield PartChange("security", what, Level.BREAKING, rule, place=place)
    for credentials in sorted(gained - lost):
        what = f"{credentials} is enough now"
        yield PartChange("security", what, Level.HARMLESS, "security-widened")


def scheme_changes(old: Contract, new: Contract) -> Iterator[Change]:
    """Yield what changed in how clients get the tokens of OAuth 2.0."""
    for before, after in _renamed(old, new).items():
        flows = [
            _flows(side.security_schemes.get(name)) for side, name in ((old, before), (new, after))
        ]
        for part, what, level, rule, steps in _flow_changes(*flows):
            is_gone = rule == "oauth-flow-removed"
            source, name = (old, before) if is_gone else (new, after)
            start = f"#/components/securitySchemes/{escape(name)}/flows"
            place = place_in(source.document, start, *steps)
            title = f"security scheme {after}"
            yield Change(title, part, what, level, f"security-scheme-{rule}", place, is_gone)


def _flow_changes(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[tuple[str, str, Level, str, tuple[str, ...]]]:
    """Yield the part, what, level, rule and steps of each change of the flows of a scheme."""
    for flow in {**before, **after}:
        where = f"flow {flow}"
        if flow not in after:
            yield where, "is gone", Level.BREAKING, "oauth-flow-removed", (flow,)
        elif flow not in before:
            yield where, "is new", Level.HARMLESS, "oauth-flow-added", (flow,)
        else:
            old, new = before[flow], after[flow]
            for key in _URLS:
                if old.get(key) != new.get(key):
                    what = f"its {key} was {old.get(key, 'absent')}, and is "
                    what += str(new.get(key, "absent"))
                    yield where, what, Level.RISKY, "oauth-url-changed", (flow, key)
            scopes, scopes_now = _scopes(old), _scopes(new)
            for scope in {**scopes, **scopes_now}:
                steps = (flow, "scopes", scope)
                if scope not in scopes_now:
                    yield where, f"scope {scope} is gone", Level.RISKY, "oauth-scope-removed", steps
                elif scope not in scopes:
                    yield where, f"scope {scope} is new", Level.HARMLESS, "oauth-scope-added", steps


def _scopes(flow: Mapping[str, Any]) -> Mapping[str, Any]:
    scopes = flow.get("scopes")
    return scopes if isinstance(scopes, dict) else {}


def _flows(scheme: Any) -> dict[str, Any]:
    flows = scheme.get("flows") if isinstance(scheme, dict) else None
    named = flows.items() if isinstance(flows, dict) else ()
    return {name: flow for name, flow in named if isinstance(flow, dict)}


def _renamed(old: Contract, new: Contract) -> dict[str, str]:
    """Return the names of the schemes of OAuth 2.0 in the new document by those in the old one:
    the same, or that of a new scheme with the same flows."""
    before, after = (
        {name: scheme for name, scheme in side.security_schemes.items() if _is_oauth(scheme)}
        for side in (old, new)
    )
    names = {name: name for name in before if name in after}
    for name in before.keys() - names:
        flows = _flows(before[name])
        equal = (each for each in after if each not in before and _flows(after[each]) == flows)
        if flows and (other := next(equal, None)):
            names[name] = other
    return names


def _is_oauth(scheme: Any) -> bool:
    return isinstance(scheme, dict) and scheme.get("type") == "oauth2"


def _sent_otherwise(before: Operation, after: Operation, name: str) -> str:
    """Return how the credentials of a scheme are sent now, if that is not as before."""
    old, new = (side.contract.security_schemes.get(name, {}) for side in (before, after))
    differences = [
        f"its {key} was {old.get(key, 'absent')}, and is {new.get(key, 'absent')}"
        for key in _SENT
        if old.get(key) != new.get(key)
    ]
    return f": {'; '.join(differences)}" if differences else ""


def _alternatives(operation: Operation, names: Mapping[str, str]) -> list[_Credentials]:
    """Return the credentials of which a request needs one; none at all may be enough. `names` are
    those that schemes of OAuth 2.0 have in the other document."""
    schemes = operation.contract.security_schemes
    alternatives = []
    for requirement in operation.security or ({},):
        keys = {name: _how_sent(names.get(name, name), schemes.get(name)) for name in requirement}
        scopes = {keys[name]: frozenset(map(str, of)) for name, of in requirement.items()}
        alternatives.append(_Credentials(scopes, {key: name for name, key in keys.items()}))
    return alternatives


def _how_sent(name: str, scheme: Any) -> str:
    """Return how the credentials of a scheme are sent; its name if the document does not say."""
    if not isinstance(scheme, dict) or scheme.get("type") in (None, "oauth2"):
        return name
    sent = {key: str(scheme.get(key, "")) for key in _SENT}
    if sent["in"] == "header":
        sent["name"] = sent["name"].lower()
    return json.dumps({**sent, "scheme": sent["scheme"].lower()}, sort_keys=True)
