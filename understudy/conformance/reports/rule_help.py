"""What the checks of shapes and traffic ask for, and how to mend what breaks them."""

from __future__ import annotations

from understudy.conformance.reports.finding import Finding

#: A sentence for readers of a report, by the name of the check.
_CHECKS = {
    "allow_header_conformance": "The Allow header of a path has the methods that the document has "
    "for it: send all of them, and no others, in Allow.",
    "answers_every_request": "Each request gets a complete response: look in the server's log for "
    "what ended the connection.",
    "complete_response": "A response is as long as it says, and ends: look in the server's log for "
    "what ended it.",
    "content_type_conformance": "The Content-Type of a response is one that the document has for "
    "its status: send that type, or declare the other.",
    "ensure_resource_availability": "What was created can be read at once: a 404 right after the "
    "creation tells clients that it failed.",
    "ignored_auth": "An operation that needs credentials refuses a request without any, or with "
    "wrong ones, with 401 or 403.",
    "missing_required_header": "A request without a header that is required is refused, with 4xx.",
    "negative_data_rejection": "A request that breaks the document's schemas is refused, with 4xx: "
    "validate the request, or declare what the server takes.",
    "not_a_server_error": "No request makes the server answer with 5xx: look in the server's log "
    "for the error, and answer with 4xx if the request is wrong.",
    "positive_data_acceptance": "A request that fits the document's schemas is not refused as "
    "malformed: declare what else the server asks for.",
    "request_conformance": "The requests of clients fit the document.",
    "required_operation": "The server has the operations that --require names.",
    "response_headers_conformance": "A response has the headers that the document requires, with "
    "values that fit their schemas.",
    "response_schema_conformance": "The body of a response fits the schema that the document has "
    "for its status: send what it says, or declare what is sent.",
    "status_code_conformance": "The status of a response is one that the document has for the "
    "operation: answer with that, or declare the other.",
    "undocumented_operation": "Clients call only what the document has.",
    "unsupported_method": "A method that the document does not have for a path is refused with 405 "
    "and an Allow header.",
    "use_after_free": "What was deleted is gone: reading it again is 404 or 410.",
}


def rule_summary(finding: Finding) -> str:
    """Return what the rule of a finding asks for, in a sentence."""
    return _CHECKS.get(finding.rule, finding.title)


def rule_help(finding: Finding) -> str:
    """Return what the rule of a finding asks for, where that comes from, and what to do."""
    if finding.rule in _CHECKS:
        return (
            f"{_CHECKS[finding.rule]} The message of each result has the request and the response, "
            "and the curl command that repeats it."
        )
    return (
        f"{finding.title} The basis of this rule: {finding.basis}. It is a workflow of requests; "
        "the message of each result has the step that failed, and the curl commands that repeat it."
    )
