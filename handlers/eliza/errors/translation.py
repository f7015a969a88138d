"""Translates violations of the contract into the server's own errors.

The released server checks a request in an order of its own, in which an unknown session may come
before a missing field. Each family of operations has a module here with a table of functions.
"""

from __future__ import annotations

from urllib.parse import unquote

from understudy import HookContext, Problem, Violation, World

from ..model.persona import is_release
from ..model.validation import PLATFORM, is_uuid
from . import agents, channels, memory, messages, sessions
from .absent_bodies import of_absent_body
from .express import form_fault, may_have_its_type
from .violations import Arguments, Refusal, is_unreadable

#: By operationId.
REFUSALS: dict[str, Refusal] = {
    **agents.REFUSALS,
    **channels.REFUSALS,
    **memory.REFUSALS,
    **messages.REFUSALS,
    **sessions.REFUSALS,
}


#: The operations that take the form of an upload.
_UPLOADS = frozenset(
    {
        *("transcribeAudio", "sendAudioMessage", "uploadMediaOfAgent"),
        *("uploadChannelMedia", "uploadMediaOfChannel"),
    }
)
#: The operations whose bodies may have any media type, because no middleware looks at it.
_OF_ANY_TYPE = frozenset({"uploadMediaOfAgent", "uploadMediaOfChannel"})

_NO_BODY = Violation("body", "", "is required, and there is none")


def translate(
    world: World, context: HookContext, arguments: Arguments, problem: Problem
) -> Problem:
    """Return the problem to answer with."""
    if is_release(context) and context.operation in _UPLOADS and context.request is not None:
        fault = form_fault(context.request)
        if fault is not None:
            return Problem(500, fault, code=PLATFORM)
    if is_release(context) and problem.status == 415 and _is_unread(context):
        arguments = {name: value for name, value in arguments.items() if name != "body"}
        problem = Problem(400, str(_NO_BODY), violations=(_NO_BODY, *_of_path(context, arguments)))
    refused = _refused(world, context.operation, arguments, problem)
    if is_release(context) and _NO_BODY in problem.violations and not _is_empty_json(context):
        return of_absent_body(context.operation, problem, refused)
    return refused


def _refused(world: World, operation: str, arguments: Arguments, problem: Problem) -> Problem:
    """Return the problem in the words of an operation.

    A wrong media type and a body that is not JSON are refused before any operation runs; these
    problems stay unchanged.
    """
    refusal = REFUSALS.get(operation)
    if refusal is None or problem.status != 400 or is_unreadable(problem):
        return problem
    try:
        return refusal(world, arguments, problem)
    except Problem as raised:
        return raised


def _is_unread(context: HookContext) -> bool:
    """Return whether the body reaches the operation, which then does not see it: it is JSON, or a
    form, where another type is taken."""
    request = context.request
    assert request is not None
    return context.operation in _OF_ANY_TYPE or may_have_its_type(request)


def _is_empty_json(context: HookContext) -> bool:
    """Return whether the body is JSON of no bytes, which counts as an empty object."""
    request = context.request
    assert request is not None
    is_json = request.headers.get(b"content-type", b"").startswith(b"application/json")
    return is_json and request.headers.get(b"content-length") == b"0"


def _of_path(context: HookContext, arguments: Arguments) -> list[Violation]:
    """Return the violations of the ids in the path, which are UUIDs but for sessions."""
    assert context.request is not None
    values = [unquote(raw.decode("latin-1")) for raw in context.request.path_values]
    named = zip(arguments, values, strict=False)
    of_session = context.tag in ("sessions", "session messages")
    return [
        Violation("path", f"/{name}", "is not a UUID")
        for name, value in named
        if not of_session and not is_uuid(value)
    ]
