"""A message is empty after rendering a test case.

Providers reject an empty message.

Good::

    variables: {question: string}
    prompt: "{{ question }}"
    tests:
      - {name: usual, variables: {question: Why?}}

Bad::

    variables: {question: string}
    prompt: "{{ question }}"
    tests:
      - {name: nothing, variables: {question: ""}}
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.format.prompt.values import VariablesError, check_values, complete_values
from basalt_cli.format.template import analyse
from basalt_cli.lint.rule import Mark, Subject
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Message, Prompt, TemplateText

ID = "X607"
NAME = "empty-message"
SEVERITY = "warning"


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each template without text, and at each case that renders a message without text."""
    prompt = subject.prompt
    if prompt is None or subject.problems:
        return
    texts = [
        turn.content for turn in prompt.turns if isinstance(turn, Message) and isinstance(turn.content, TemplateText)
    ]
    for text in texts:
        if not text.text.strip():
            yield Mark(text.scalar.span, f"{text.key} is empty", "Write a text, or remove the message.")
    doubtful = tuple(
        text for text in texts if text.text.strip() and not analyse(text.text, prompt.whitespace).is_filled
    )
    for case in filter(lambda case: case.is_whole, prompt.cases) if doubtful else ():
        for text in _find_blank(subject, prompt, case.variables, doubtful):
            message = f"{text.key} is empty after rendering the case {case.name!r}"
            yield Mark(case.span, message, "Change the values of the case, or let the template write a text for them.")


def _find_blank(
    subject: Subject, prompt: Prompt, given: dict[str, Json], texts: tuple[TemplateText, ...]
) -> Iterator[TemplateText]:
    try:
        values = complete_values(prompt, given)
    except VariablesError:
        return
    doubtful = tuple(text for text in texts if not _shows_a_value(text, prompt, values))
    if doubtful and not check_values(prompt.variables, values):
        rendered = subject.render_case(prompt, subject.partials, values, doubtful)
        yield from (text for text in doubtful if rendered is not None and not rendered[text.key].strip())


def _shows_a_value(text: TemplateText, prompt: Prompt, values: dict[str, Json]) -> bool:
    """Return whether the template certainly writes a value that is not blank."""
    written = (values.get(name) for name in analyse(text.text, prompt.whitespace).written)
    return any(isinstance(value, str | int | float) and str(value).strip() for value in written)
