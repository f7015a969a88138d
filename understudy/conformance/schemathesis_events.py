"""Takes what Schemathesis tells of its run into a report."""

from __future__ import annotations

from typing import Any

from understudy.conformance.reports.report import Exchange, Finding, Report
from understudy.conformance.schemathesis_hooks import stateful_data_of
from understudy.openapi.contract import Contract


class EventRecorder:
    """Takes the events of Schemathesis's engine into a report."""

    def __init__(self, contract: Contract, report: Report) -> None:
        self._contract = contract
        self.report = report

    def take(self, event: Any) -> None:
        """Take one event."""
        name = type(event).__name__
        if name == "NonFatalError":
            self._take_error(event)
        elif name == "FatalError":
            self.report.errors.append(f"the run broke off: {event.exception}")
        elif name == "Interrupted":
            self.report.errors.append("the run was interrupted")
        elif name == "ScenarioFinished":
            answered = [i for i in event.recorder.interactions.values() if i.response is not None]
            self.report.cases += len(answered)
            for case_id, node in event.recorder.cases.items():
                self._take_case(event.recorder, case_id, node.value)

    def _take_error(self, event: Any) -> None:
        """What could not be judged; requests without an answer have been noted by the line."""
        from requests import RequestException
        from schemathesis.engine import errors

        if isinstance(event.value, errors.ServerUnavailable):
            told = "the run was cut short: the server takes no requests any more"
            self.report.errors.append(told)
        elif not isinstance(
            event.value,
            RequestException | errors.UnhealthyAPIError | errors.UnresponsiveOperationError,
        ):
            problem = f"{event.label}: {event.info.title}: {event.info.message}"
            self.report.errors.append(problem)

    def _take_case(self, recorder: Any, case_id: str, case: Any) -> None:
        ours = self._contract.operation(case.operation.method, case.operation.path)
        sent = recorder.interactions.get(case_id)
        if sent is not None and sent.response is not None:
            # What is asked by another method is no answer of this operation that tells of its form.
            own = sent.request.method == ours.method
            answer = sent.response.content if own else None
            self.report.see(ours.id, sent.response.status_code, answer)
            self.report.shaped.add(ours.id)
        for verdict in recorder.checks.get(case_id, ()):
            if verdict.failure_info is not None:
                self._add(ours.id, recorder, case, verdict)

    def _add(self, operation: str, recorder: Any, case: Any, verdict: Any) -> None:
        """Add a finding, once for each operation and rule."""
        failure = verdict.failure_info.failure
        known = {(f.operation, f.rule, f.title) for f in self.report.findings}
        if (operation, verdict.name, failure.title) not in known:
            sample = verdict.failure_info.code_sample.splitlines()[-1]
            curl = (*_before(recorder, case), sample)
            self.report.findings.append(
                Finding(
                    operation,
                    verdict.name,
                    failure.title,
                    failure.message.strip(),
                    curl,
                    exchanges=_exchanges(recorder, case),
                )
            )


def _exchanges(recorder: Any, case: Any) -> tuple[Exchange, ...]:
    """What was said: the case's own request and answer."""
    said = recorder.interactions.get(case.id)
    if said is None or said.response is None:
        return ()
    asked, answer = said.request, said.response
    content = answer.content or b""
    return (Exchange.of(asked.method, asked.uri, asked.body, answer.status_code, content),)


def _before(recorder: Any, case: Any) -> list[str]:
    """The curl lines of what led to a case: its chain, else the births of its ids."""
    births = stateful_data_of(case).births
    chain = [
        earlier.as_curl_command()
        for earlier in recorder.iter_chain_cases(case_id=case.id)
        if earlier.id != case.id
    ]
    values = (case.path_parameters or {}).values()
    return chain or [births[value] for value in values if value in births]
