"""JUnit's XML, which CI systems show as test results: one writer for lint, check and test.

The elements and attributes are those of https://github.com/testmoapp/junitxml.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from basalt_cli.text.clean import clean, clean_line

# Every character that XML 1.0 cannot hold, not even as a character reference.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class JUnitProblem(NamedTuple):
    """A failure of a case, or an error: the case could not run. ``kind`` is its ``type``, ``text`` its body."""

    message: str
    kind: str | None = None
    text: str = ""
    is_error: bool = False


class JUnitCase(NamedTuple):
    """One test case; it passes if it has no problems. ``classname`` is what CI systems group cases by."""

    name: str
    classname: str
    problems: tuple[JUnitProblem, ...] = ()
    file: str | None = None
    line: int | None = None


class JUnitSuite(NamedTuple):
    """The cases of one file or prompt."""

    name: str
    cases: tuple[JUnitCase, ...]


def format_junit(name: str, suites: Sequence[JUnitSuite], *, counts_errors: bool) -> str:
    """Return the document; ``counts_errors`` adds an ``errors`` attribute to the counts."""
    every = [case for suite in suites for case in suite.cases]
    root = Element("testsuites", {"name": name, **_count(every, counts_errors=counts_errors)})
    for suite in suites:
        counts = _count(suite.cases, counts_errors=counts_errors)
        parent = SubElement(root, "testsuite", {"name": _to_line(suite.name), **counts})
        for case in suite.cases:
            _add_case(parent, case)
    indent(root)
    # ElementTree writes `<a />`. No text or attribute of the document can contain ` />`: their `>` is escaped.
    text = tostring(root, encoding="unicode").replace(" />", "/>")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _count(cases: Sequence[JUnitCase], *, counts_errors: bool) -> dict[str, str]:
    failures = sum(any(not problem.is_error for problem in case.problems) for case in cases)
    errors = sum(any(problem.is_error for problem in case.problems) for case in cases)
    counts = {"tests": str(len(cases)), "failures": str(failures)}
    return {**counts, "errors": str(errors)} if counts_errors else counts


def _add_case(parent: Element, case: JUnitCase) -> None:
    place = {"file": _to_line(case.file)} if case.file is not None else {}
    place |= {"line": str(case.line)} if case.line is not None else {}
    names = {"name": _to_line(case.name), "classname": _to_line(case.classname)}
    element = SubElement(parent, "testcase", {**names, **place})
    for problem in case.problems:
        kind = {"type": _to_line(problem.kind)} if problem.kind is not None else {}
        attributes = {**kind, "message": _to_line(problem.message)}
        child = SubElement(element, "error" if problem.is_error else "failure", attributes)
        child.text = _NOT_XML.sub("?", clean(problem.text)) or None


def _to_line(text: str) -> str:
    return _NOT_XML.sub("?", clean_line(text))
