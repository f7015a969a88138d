"""What several workers give: throughput of a document without handlers, start and memory."""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

from benchmarks.commands import SERVE
from benchmarks.load import LoadResult, alternate, load, medians
from benchmarks.processes import running
from benchmarks.result import Result, at_least, at_most
from benchmarks.settings import Settings

_DOCUMENT = """\
openapi: 3.0.3
info: {title: Pets, version: "1"}
paths:
  /pets/{petId}:
    get:
      parameters: [{name: petId, in: path, required: true, schema: {type: string}}]
      responses:
        "200":
          description: OK
          content: {application/json: {schema: {type: object}, example: {name: Rex}}}
"""


def workers(settings: Settings) -> Result:
    """Compare one worker with several, in turns."""
    result = _throughput(settings)
    result.add(_start(settings))
    return result


def _throughput(settings: Settings) -> Result:
    """Measure requests a second of one worker and of two, which share two cores with the load."""
    runs: dict[str, list[LoadResult]] = {"1": [], "2": []}
    with tempfile.TemporaryDirectory() as directory:
        document = Path(directory, "pets.yaml")
        document.write_text(_DOCUMENT)
        for number in range(settings.rounds):
            for count in alternate(runs, number):
                arguments = (*SERVE.arguments, "--workers", count, str(document))
                with running(replace(SERVE, arguments=arguments)) as process:
                    load(process, "document", 1)
                    runs[count].append(load(process, "document", settings.seconds))
    one, two = medians(runs["1"]), medians(runs["2"])
    print(f"\nrequests a second: {one.rate:.0f} with one worker, {two.rate:.0f} with two")
    print(f"CPU us a request: {one.cpu:.1f} with one worker, {two.cpu:.1f} with two")
    return Result(
        [
            at_most("failed requests with one and two workers", one.failures + two.failures, 0),
            at_least("throughput of two workers / one", two.rate / one.rate, 1.6),
            at_most("CPU a request with two workers / one", two.cpu / one.cpu, 1.2),
        ]
    )


def _start(settings: Settings) -> Result:
    """Measure how much longer the start of four workers takes, and their memory: all APIs."""
    times: dict[str, list[float]] = {"1": [], "4": []}
    memory: dict[str, list[float]] = {"1": [], "4": []}
    for number in range(settings.rounds):
        for count in alternate(times, number):
            arguments = (*SERVE.arguments, "--unshared", "--workers", count)
            began = time.perf_counter()
            with running(replace(SERVE, arguments=arguments)) as process:
                times[count].append(time.perf_counter() - began)
                memory[count].append(process.total_memory())
    seconds, megabytes = (
        {count: median(values) for count, values in measured.items()}
        for measured in (times, memory)
    )
    print(f"\nready after {seconds['1']:.2f} s with one worker, {seconds['4']:.2f} s with four")
    print(f"memory {megabytes['1']:.0f} MB with one worker, {megabytes['4']:.0f} MB with four")
    longer, more = seconds["4"] / seconds["1"], megabytes["4"] - megabytes["1"]
    return Result(
        [
            at_most("start of four workers / one", longer, 1.5),
            at_most("memory of four workers beside that of one", more, 85, " MB"),
        ]
    )
