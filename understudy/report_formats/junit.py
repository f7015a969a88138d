"""JUnit XML, as CI servers read it: one suite, whose counts are those of its cases."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree

_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Case:
    """One test. It has passed, or `outcome` says what came of it, `message` why in one line, and
    `text` all that is known. `group` is what the format calls a class."""

    group: str
    name: str
    outcome: Literal["passed", "failure", "error", "skipped"] = "passed"
    message: str = ""
    text: str = ""


def as_junit(name: str, cases: Iterable[Case], properties: Iterable[tuple[str, str]] = ()) -> str:
    """Return the document of a suite. `properties` say what is true of the whole run."""
    suite = ElementTree.Element("testsuite", name=_xml_text(name))
    listed = ElementTree.SubElement(suite, "properties")
    for key, value in properties:
        ElementTree.SubElement(listed, "property", name=_xml_text(key), value=_xml_text(value))
    counts = Counter(_add(suite, case) for case in cases)
    suite.set("tests", str(counts.total()))
    for attribute, outcome in (("failures", "failure"), ("errors", "error")):
        suite.set(attribute, str(counts[outcome]))
    suite.set("skipped", str(counts["skipped"]))
    # Reports are UTF-8; ElementTree would declare the encoding of the terminal.
    declaration = '<?xml version="1.0" encoding="utf-8"?>\n'
    return declaration + ElementTree.tostring(suite, encoding="unicode")


def _add(suite: ElementTree.Element, case: Case) -> str:
    """Add a case to a suite, and return its outcome."""
    names = {"classname": _xml_text(case.group), "name": _xml_text(case.name)}
    element = ElementTree.SubElement(suite, "testcase", names)
    if case.outcome != "passed":
        message = _xml_text(case.message)
        ElementTree.SubElement(element, case.outcome, message=message).text = _xml_text(case.text)
    return case.outcome


def _xml_text(text: str) -> str:
    """Return the text without characters that XML cannot carry."""
    return _NO_XML.sub("?", text)
