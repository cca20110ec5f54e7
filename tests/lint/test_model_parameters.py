"""Which values and pairs of model parameters are accepted, and which names look misspelt."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.trees import find, places


def model(parameters: str, provider: str | None = None) -> str:
    name = f"provider: {provider}, " if provider is not None else ""
    return f"model: {{{name}parameters: {{{parameters}}}}}\nprompt: a\n"


@pytest.mark.parametrize(
    ("name", "accepted", "refused"),
    [
        ("temperature", ["0", "2", "0.7"], ["-0.1", "2.1", "hot"]), ("top_p", ["0", "1", "0.5"], ["-0.1", "1.1", "x"]), ("top_k", ["-1", "0", "40"], ["-2", "1.5", "x"]),
        ("max_tokens", ["-1", "1"], ["-2", "0.5", "many"]), ("frequency_penalty", ["-2", "2", "0.5"], ["-2.1", "2.1", "x"]), ("presence_penalty", ["-2", "2"], ["-3", "3", "x"]),
        ("stop", ["x", "[x, y]", "null", "[]"], ["1", "[1]", "{}"]), ("seed", ["0", "-5"], ["1.5", "x"]), ("reasoning_effort", ["low"], ["1"]), ("verbosity", ["high"], ["1"]),
        ("something_else", ["-100", "x", "{}"], []),
    ],
)  # fmt: skip
def test_a_value_must_be_one_that_a_provider_accepts(
    name: str, accepted: list[str], refused: list[str], tmp_path: Path
) -> None:
    def is_reported(value: str) -> bool:
        return places(tmp_path, "parameter-range", model(f"{name}: {value}")) != []

    assert [value for value in accepted if is_reported(value)] == []
    assert [value for value in refused if not is_reported(value)] == []


@pytest.mark.parametrize(
    ("parameters", "provider", "message"),
    [
        ("max_tokens: 1, max_completion_tokens: 1", None, "max_completion_tokens and max_tokens exclude each other"),
        ("max_output_tokens: 1, max_tokens: 1", "google", "max_tokens and max_output_tokens exclude each other"),
        ("stop: x, stop_sequences: [x]", "anthropic", "stop_sequences and stop exclude each other"),
        ("temperature: 0, top_p: 1", "anthropic", "top_p and temperature exclude each other"),
        ("temperature: 0, reasoning_effort: low", "openai", "reasoning_effort and temperature exclude each other"),
        ("reasoning_effort: low, top_p: 1", "openai", "top_p and reasoning_effort exclude each other"),
    ],
)
def test_two_parameters_exclude_each_other(parameters: str, provider: str | None, message: str, tmp_path: Path) -> None:
    findings = find(tmp_path, model(parameters, provider), "exclusive-parameters")
    assert [found.message for found in findings] == [message]


@pytest.mark.parametrize(
    ("parameters", "provider"),
    [
        ("temperature: 0, top_p: 1", "openai"), ("temperature: 0, top_p: 1", None), ("temperature: 0, reasoning_effort: low", "anthropic"),
        ("reasoning_effort: low, top_p: 1", None), ("max_tokens: 1, temperature: 0", None), ("top_p: 1", "anthropic"),
    ],
)  # fmt: skip
def test_a_pair_that_only_another_provider_refuses_is_accepted(
    parameters: str, provider: str | None, tmp_path: Path
) -> None:
    assert find(tmp_path, model(parameters, provider), "exclusive-parameters") == ()


@pytest.mark.parametrize(
    ("name", "guess"),
    [
        ("temprature", "temperature"), ("maxTokens", "max_tokens"), ("Top_P", "top_p"), ("topk", "top_k"), ("stopp", "stop"), ("reasoning_efort", "reasoning_effort"),
        ("temperature", None), ("temp", None), ("custom", None), ("top_a", None), ("top_n", None), ("min_tokens", None), ("max_new_tokens", None), ("seeds", None),
        ("max_output_tokens", None), ("max_completion_tokens", None), ("top_logprobs", None), ("stop_token_ids", None),
    ],
)  # fmt: skip
def test_a_name_close_to_a_canonical_one_is_misspelt_and_has_an_unsafe_fix(
    name: str, guess: str | None, tmp_path: Path
) -> None:
    findings = find(tmp_path, model(f"{name}: 1"), "unknown-parameter")
    assert [(found.message, found.help) for found in findings] == (
        [(f"unknown parameter {name!r}", f"Did you mean {guess!r}? Parameters are in snake_case.")] if guess else []
    )
    edits = [(edit, found.fix.is_safe) for found in findings if found.fix for edit in found.fix.edits]
    start = model("x").index("x")
    assert edits == ([((start, start + len(name), guess), False)] if guess else [])


def test_a_canonical_name_that_is_given_is_no_guess(tmp_path: Path) -> None:
    assert find(tmp_path, model("temperature: 0, temprature: 1"), "unknown-parameter") == ()


def test_only_the_first_hundred_parameters_are_guessed(tmp_path: Path) -> None:
    names = [*(f"x{number}" for number in range(99)), "temprature", "seeed"]
    findings = find(tmp_path, model(", ".join(f"{name}: 1" for name in names)), "unknown-parameter")
    assert [found.message for found in findings] == ["unknown parameter 'temprature'"]
