"""The parameters of an operation, and which of them a request has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from understudy.http.messages import Request
from understudy.http.parameters.fields import FieldTexts, parse_cookies, parse_fields
from understudy.http.request.query_parser import QueryNames, spread_object
from understudy.openapi.operation import Operation, Parameter


def name_of(parameter: Parameter) -> str:
    """Return where a parameter is, and its name: `query limit`."""
    return f"{parameter.where} {parameter.name}"


class SentParameters:
    """Finds the parameters that requests of an operation have; compiled once."""

    def __init__(self, operation: Operation) -> None:
        named: defaultdict[str, list[Parameter]] = defaultdict(list)
        for parameter in operation.parameters:
            named[parameter.where].append(parameter)
        self._always = [name_of(p) for p in named["path"]]
        self._headers = [(p.name.lower().encode(), name_of(p)) for p in named["header"]]
        self._cookies = {p.name: name_of(p) for p in named["cookie"]}
        self._whole_query = [name_of(p) for p in named["querystring"]]
        self._query = _QueryFields(operation, named["query"]) if named["query"] else None

    def of(self, request: Request) -> Iterator[str]:
        """Yield the names of the parameters that a request has, some of them perhaps twice."""
        yield from self._always
        yield from (name for header, name in self._headers if header in request.headers)
        if self._cookies:
            sent = parse_cookies(request.headers.get(b"cookie", b"").decode("latin-1"))
            yield from (self._cookies[name] for name in sent if name in self._cookies)
        if request.query:
            yield from self._whole_query
            if self._query is not None:
                yield from self._query.of(request.query)


class _QueryFields:
    """Finds the parameters that fields of a query belong to."""

    def __init__(self, operation: Operation, parameters: list[Parameter]) -> None:
        self._known = QueryNames(operation)
        self._names = {p.name: name_of(p) for p in parameters}
        self._starts = {f"{p.name}[": name_of(p) for p in parameters if p.style == "deepObject"}
        self._of_others: list[str] = []
        for parameter in parameters:
            spread = spread_object(operation.contract.schemas, parameter)
            if spread is not None:
                self._names |= dict.fromkeys(spread.names, name_of(parameter))
                self._of_others += [name_of(parameter)] if spread.takes_others else []

    def of(self, query: bytes) -> Iterator[str]:
        """Yield the names of the parameters."""
        for field in _fields(query):
            if field in self._names:
                yield self._names[field]
            elif self._starts and "[" in field:
                yield from (n for start, n in self._starts.items() if field.startswith(start))
            elif self._of_others and not self._known.is_taken(field):
                yield from self._of_others


def _fields(query: bytes) -> FieldTexts:
    try:
        return parse_fields(query.decode("latin-1"))
    except ValueError:
        return {}
