"""The prompts of one tree: their slugs, and the file, closure and parsed prompt of each."""

from __future__ import annotations

from functools import cached_property

from basalt_cli.errors import BasaltError, NotFoundError
from basalt_cli.format.prompt.closure import Closure, collect_closure
from basalt_cli.format.prompt.file import PromptFile, parse_prompt
from basalt_cli.format.yaml.problems import raise_problems
from basalt_cli.model.prompt import Prompt
from basalt_cli.text.slug import describe_slug_problem, is_prompt_path, path_of, slug_of
from basalt_cli.text.words import did_you_mean, list_names
from basalt_cli.workspace.prompt_tree import PromptTree


class InvalidPromptError(BasaltError):
    """A prompt's file has errors; the message lists them all."""


class Catalog:
    """The prompts at one commit, in the index or in the working tree; ``label`` names it in messages."""

    def __init__(self, tree: PromptTree, prompts_folder: str, label: str) -> None:
        self.tree = tree
        self.label = label
        self._folder = prompts_folder
        self._closures: dict[str, Closure | None] = {}
        self._files: dict[str, PromptFile] = {}

    @cached_property
    def slugs(self) -> tuple[str, ...]:
        """Return the slugs of all prompts, sorted; files whose names are not slugs are left out: lint reports them."""
        paths = (path for path in self.tree.list_paths() if is_prompt_path(path))
        return tuple(slug for slug in map(slug_of, paths) if describe_slug_problem(slug) is None)

    def find_closure(self, slug: str) -> Closure | None:
        """Return the closure of a prompt; None where the prompt does not exist."""
        if slug not in self._closures:
            self._closures[slug] = collect_closure(slug, self.tree.read)
        return self._closures[slug]

    def get_closure(self, slug: str) -> Closure:
        """Return the closure of a prompt; raise NotFoundError that names what exists."""
        closure = self.find_closure(slug)
        if closure is None:
            hint = f"{did_you_mean(slug, self.slugs)}Prompts {self.label}: {list_names(self.slugs)}."
            if self.tree.is_link(path_of(slug)):
                hint = "A prompt must be a regular file, not a symbolic link or a submodule."
            raise NotFoundError(f"there is no prompt {slug!r} {self.label}", hint=hint)
        return closure

    def get_file(self, slug: str) -> PromptFile:
        """Return the parsed file of a prompt, with its problems."""
        if slug not in self._files:
            self._files[slug] = parse_prompt(slug, self.get_closure(slug).source)
        return self._files[slug]

    def get_prompt(self, slug: str) -> Prompt:
        """Return a prompt that has no errors; raise InvalidPromptError with all of them otherwise."""
        file = self.get_file(slug)
        raise_problems(self.path_of(slug), file.problems, InvalidPromptError)
        assert file.prompt is not None
        return file.prompt

    def path_of(self, slug: str) -> str:
        """Return the path of a prompt's file, as messages show it."""
        return self.path_of_partial(path_of(slug))

    def path_of_partial(self, path: str) -> str:
        """Return the path of any file below the prompts folder, as messages show it."""
        path = f"{self._folder}/{path}"
        return f"{self.tree.commit[:9]}:{path}" if self.tree.commit else path
