"""A version of a prompt as the comparison reads it."""

from __future__ import annotations

from typing import NamedTuple

from basalt_cli.model.prompt import Prompt


class PromptText(NamedTuple):
    """A prompt, and the texts of its partials by path below the prompts folder."""

    prompt: Prompt
    partials: dict[str, str]

    @property
    def texts(self) -> tuple[str, ...]:
        """Return the template texts of the prompt, then those of its partials."""
        return (*(template.text for template in self.prompt.templates), *self.partials.values())
