"""The source of prompts in a repository on this machine, with a work tree or bare."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Lock

from basalt_cli import errors
from basalt_cli.client.errors import SourceError
from basalt_cli.client.responses import Overview, PublishPromptResponse
from basalt_cli.client.sources.source import locate, translated
from basalt_cli.delivery.answer import Answer
from basalt_cli.delivery.fetching import fetch
from basalt_cli.git.read import Repository
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.workspace.project import Project, open_project


class RepositorySource:
    """A repository, opened for each question: no git process runs in between."""

    origin = "live"

    def __init__(self, path: Path) -> None:
        self.name = locate(path)
        self._folder = Path(self.name)
        self._lock = Lock()
        self._repository: Repository | None = None
        self._state: TrunkState | None = None

    def ask(self, slug: str, selector: str) -> Answer:
        """Return the versions that a tag or version of a prompt means now."""
        with self.opened() as state, translated(self.name, slug):
            return fetch(state, slug, selector)

    def list_prompts(self) -> list[Overview]:
        """Return all prompts of the trunk, by slug."""
        from basalt_cli.client.sources.overviews import list_prompts

        with self.opened() as state, translated(self.name):
            return list_prompts(state)

    def describe(self, slug: str, selector: str | None) -> Overview:
        """Describe a prompt at a selector; for None, as it is on the trunk."""
        from basalt_cli.client.sources.overviews import describe

        with self.opened() as state, translated(self.name):
            return describe(state, slug, selector)

    def publish(self, slug: str, environment: str, selector: str | None, reason: str | None) -> PublishPromptResponse:
        """Promote by a commit on the local trunk, or by a local tag; nothing is pushed."""
        from basalt_cli.client.sources.publishing import publish

        with self.opened(is_to_be_changed=True) as state, translated(self.name):
            return publish(state, slug, environment, selector, reason, to_remote=False)

    @contextmanager
    def opened(self, *, is_to_be_changed: bool = False) -> Iterator[TrunkState]:
        """Open the project under the trunk's policy; raise SourceError if that fails."""
        with self._lock, ExitStack() as closing:
            try:
                project = self._open()
                closing.callback(project.close)
                if project.config.deployments == "tags" and not is_to_be_changed:
                    project.snapshot_refs()
                state = TrunkState(project)
                state.reuse(self._state)
                state.read_now()
                self._state = state
            except (errors.BasaltError, OSError) as error:
                # The repository may have been moved or replaced: it is discovered again next time.
                self._repository = self._state = None
                said, hint = getattr(error, "message", error), getattr(error, "hint", None)
                raise SourceError(f"{self.name}: {said}", hint=hint) from error
            yield state

    def keep_fresh(self) -> None:
        """Return None: a repository on this machine needs no update."""

    def reset_after_fork(self) -> None:
        """Replace the lock, which a thread of the parent may have held."""
        self._lock = Lock()

    def _open(self) -> Project:
        if not self._folder.is_dir():
            hint = "Give the folder of a repository, a bundle's file, or the URL of a git repository."
            raise SourceError("there is no such folder", hint=hint)
        if self._repository is None:
            project = open_project(self._folder)
            self._repository = project.repository
            return project
        return open_project(self._folder, self._repository)
