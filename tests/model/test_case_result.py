from __future__ import annotations

from basalt_cli.model.case_result import CaseFailure, CaseResult, PromptResult
from basalt_cli.model.rendered_case import RenderedCase


def test_a_prompt_fails_with_a_case_or_an_error() -> None:
    passed, failed = CaseResult("a"), CaseResult("b", (CaseFailure("contains", "it lacks x"),))
    assert not PromptResult("p").is_failed
    assert not PromptResult("p", (passed,), ("old",)).is_failed
    assert PromptResult("p", (passed, failed)).is_failed
    assert PromptResult("p", error="no partial").is_failed


def test_a_rendered_case_is_same_in_messages_and_errors() -> None:
    one = (("user", "x"),)
    assert RenderedCase("a", one, one).is_same
    assert RenderedCase("a", None, None, "e", "e").is_same
    assert not RenderedCase("a", one, None, None, "e").is_same
    assert not RenderedCase("a", None, None, "e", "f").is_same
    assert not RenderedCase("a", one, (("user", "y"),)).is_same
