"""Differential testing: a sequence is executed on the target and on all models at once, as long as
they agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import NamedTuple

from requests.adapters import HTTPAdapter

from understudy.conformance.exploration.comparison import Correspondence, ResponseDifference
from understudy.conformance.exploration.executor import CountingClient, Execution, response_value
from understudy.conformance.exploration.sequence import Call
from understudy.conformance.target.http_client import HttpClient
from understudy.http.json_codec import ABSENT
from understudy.http.messages import Exchange
from understudy.openapi.credentials import Credentials
from understudy.openapi.resources.operation_graph import OperationGraph


class Model(NamedTuple):
    """A stand-in for one persona of the API.

    `adapter` leads to it, with a namespace of its own below each path `/_ns/NAME`;
    `drop_namespace` removes such a namespace, `advance_clock` lets time pass in it.
    """

    name: str
    adapter: HTTPAdapter
    drop_namespace: Callable[[str], object]
    advance_clock: Callable[[str], object]


#: The status of a server that is called too often; it says nothing about the request.
_TOO_MANY_REQUESTS = 429

#: The identity of a difference: the operation, the place, and how the values differ.
Signature = tuple[str, str, str]


@dataclass(frozen=True)
class Observation:
    """A comparison of the target's response to a call with that of the closest model."""

    number: int
    call: Call
    model: str
    model_exchange: Exchange
    target_exchange: Exchange
    differences: tuple[ResponseDifference, ...]

    @property
    def signatures(self) -> frozenset[Signature]:
        """The identities of the differences."""
        return frozenset((self.call.operation, d.place, _manner(d)) for d in self.differences)

    @property
    def diverged(self) -> bool:
        """Return whether one did what the other refused: from here on their states differ."""
        model_status = self.model_exchange.response.status
        return (model_status < 400) is not (0 < self.target_exchange.response.status < 400)


class DifferentialRunner:
    """Runs sequences on the target and the models.

    `not_cleaned_up` counts the resources that could not be deleted at the target, by the operation
    that created them.
    """

    def __init__(
        self,
        graph: OperationGraph,
        target: CountingClient,
        models: Sequence[Model],
        credentials: Credentials,
        run: str,
    ) -> None:
        self.graph = graph
        self.target = target
        self.models = models
        self.not_cleaned_up: dict[str, int] = {}
        #: The ids that the target has returned.
        self.known_ids: set[str] = set()
        self._credentials = credentials
        self._run = run
        self._numbers = count()
        self._clients = {model.name: HttpClient(model.adapter) for model in models}

    def model_client(self, model: Model, namespace: str) -> CountingClient:
        """Return a client of a model in a namespace of its own."""
        base_url = f"http://model/_ns/{namespace}{self.graph.contract.base_path}"
        return CountingClient(base_url, self._credentials, self._clients[model.name])

    def survey(self) -> None:
        """Learn the ids that the target has before anything is created there."""
        execution = Execution(self.graph, self.target, self._run)
        for operation in self.graph.surveys:
            execution.perform(Call(operation.id))
        self.record_ids(execution)

    def trial(self, sequence: Sequence[Call]) -> Trial:
        """Return a trial of a sequence, to be used in a `with` statement."""
        return Trial(self, sequence, f"{self._run}{next(self._numbers)}")

    def record_ids(self, execution: Execution) -> None:
        """Record the ids that the target returned in an execution."""
        for number in range(execution.length):
            self.known_ids.update(*execution.ids(number).values())


class Trial:
    """One run of a sequence. Iterate over it within `with`:

        with runner.trial(sequence) as trial:
            for observation in trial: ...

    The iteration yields the calls at which the target differs from every model; it ends where
    further calls would prove nothing. At the end of `with`, what the calls created at the target is
    deleted, and the namespaces of the models are dropped. `exchanges` are those with the target.
    """

    def __init__(self, runner: DifferentialRunner, sequence: Sequence[Call], run: str) -> None:
        self._runner = runner
        self._sequence = sequence
        self._run = run
        self._execution = Execution(runner.graph, runner.target, run)

    @property
    def exchanges(self) -> list[Exchange]:
        """The exchanges with the target, so far as calls could be made."""
        return [exchange for exchange in self._execution.exchanges if exchange is not None]

    def __enter__(self) -> Trial:
        return self

    def __exit__(self, *_: object) -> None:
        self._clean_up()
        self._runner.record_ids(self._execution)
        for model in self._runner.models:
            for copy in _ReferenceModel.COPIES:
                model.drop_namespace(self._run + copy)

    def __iter__(self) -> Iterator[Observation]:
        runner, execution = self._runner, self._execution
        models = [_ReferenceModel(runner, model, self._run) for model in runner.models]
        for number, call in enumerate(self._sequence):
            exchange = execution.perform(call)
            if exchange is None or runner.target.stopped:
                return
            if exchange.response.status == _TOO_MANY_REQUESTS:
                return
            compared = [model.compare(number, call, execution, exchange) for model in models]
            observations = [observation for observation in compared if observation is not None]
            nearest = min(observations, key=_distance, default=None)
            if nearest is None:
                return
            if nearest.differences:
                yield nearest
            models = [model for model in models if not model.diverged]
            if not models:
                return

    def _clean_up(self) -> None:
        """Delete what the calls created at the target, the last first."""
        execution = self._execution
        for number in reversed(range(execution.length)):
            exchange = execution.exchanges[number]
            if exchange is None or not 200 <= exchange.response.status < 300:
                continue
            call = self._sequence[number]
            for resource_type, resource_id in dict.fromkeys(self._created(call, number)):
                self._delete(call.operation, resource_type, resource_id)

    def _created(self, call: Call, number: int) -> Iterator[tuple[str, str]]:
        execution = self._execution
        for resource_type in sorted(self._runner.graph.creates[call.operation]):
            named = [r for r in call.references if r.type == resource_type]
            if named:
                yield resource_type, execution.resolve(named[0])
            else:
                ids = execution.ids(number).get(resource_type, ())
                yield from ((resource_type, resource_id) for resource_id in ids[:1])

    def _delete(self, creator: str, resource_type: str, resource_id: str) -> None:
        runner = self._runner
        operation = runner.graph.deleter(resource_type)
        status = 0
        if operation is not None:
            name = operation.path.rpartition("{")[2].rstrip("}")
            path = operation.path.replace("{" + name + "}", resource_id)
            status = runner.target.call(operation.id, "DELETE", path).response.status
        is_nested = bool(runner.graph.path_types[creator]) and operation is None
        if not is_nested and not 200 <= status < 300 and status not in (404, 410):
            runner.not_cleaned_up[creator] = runner.not_cleaned_up.get(creator, 0) + 1


class _ReferenceModel:
    """Runs a model twice, the second time with a faster clock.

    Places where the two runs differ are nondeterministic and are not compared with the target.
    `diverged` is true once the model cannot tell what the target should answer.
    """

    #: Suffixes of the namespaces of the two runs.
    COPIES = "ab"

    def __init__(self, runner: DifferentialRunner, model: Model, run: str) -> None:
        self._graph = graph = runner.graph
        self._name = model.name
        self._executions = [
            Execution(graph, runner.model_client(model, run + copy), run) for copy in self.COPIES
        ]
        self._advance_clock = partial(model.advance_clock, run + self.COPIES[1])
        self._to_target = Correspondence(graph.contract.document, run, runner.known_ids)
        self._to_itself = Correspondence(graph.contract.document, run)
        self.diverged = False

    def compare(
        self, number: int, call: Call, execution: Execution, exchange: Exchange
    ) -> Observation | None:
        """Compare the target's exchange with the model's; None if it cannot make the call."""
        self._advance_clock()
        first, second = (each.perform(call) for each in self._executions)
        if first is None or second is None:
            self.diverged = True
            return None
        values, other_values = (each.sent_values for each in self._executions)
        self._to_target.record_requests(values, execution.sent_values)
        self._to_itself.record_requests(values, other_values)
        unstable = {d.place for d in self._differences(self._to_itself, call, first, second)}
        differences = self._differences(self._to_target, call, first, exchange)
        stable = tuple(d for d in differences if d.place not in unstable)
        observation = Observation(number, call, self._name, first, exchange, stable)
        self.diverged = observation.diverged
        return observation

    def _differences(
        self, correspondence: Correspondence, call: Call, model: Exchange, other: Exchange
    ) -> list[ResponseDifference]:
        status, other_status = model.response.status, other.response.status
        if status != other_status:
            return [ResponseDifference("status", status, other_status)]
        operation = self._graph.operation(call.operation)
        return correspondence.differences(
            operation,
            status,
            response_value(model),
            response_value(other),
            is_global=self._graph.is_global(operation),
        )


def _distance(observation: Observation) -> tuple[bool, int]:
    has_other_status = any(d.pointer == "status" for d in observation.differences)
    return has_other_status, len(observation.differences)


def _manner(difference: ResponseDifference) -> str:
    if difference.pointer == "status":
        return f"{difference.model} not {difference.target}"
    if difference.target is ABSENT:
        return "lacks"
    return "has" if difference.model is ABSENT else "differs"
