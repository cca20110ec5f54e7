"""Prompts of a repository on this machine: a working one, or a bare clone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Lock

from basalt_cli import errors
from basalt_cli.client.content import Answer, Content, Side
from basalt_cli.client.errors import SourceError
from basalt_cli.client.responses import Overview, PublishPromptResponse
from basalt_cli.client.sources.source import locate, translated
from basalt_cli.delivery.fetching import Fetched, FetchedVersion, fetch
from basalt_cli.git.read import Repository
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.workspace.project import Project, open_project


class RepositorySource:
    """A repository; it is read afresh for each question, and no process of git outlives one."""

    origin = "live"

    def __init__(self, path: Path) -> None:
        self.name = locate(path)
        self._folder = Path(self.name)
        self._lock = Lock()
        self._repository: Repository | None = None
        self._state: TrunkState | None = None

    def ask(self, slug: str, selector: str) -> Answer:
        """Return what a prompt is at a tag or version."""
        with self.opened() as state, translated(self.name, slug):
            return _to_answer(slug, fetch(state, slug, selector))

    def list_prompts(self) -> list[Overview]:
        """Return all prompts of the trunk, by slug."""
        from basalt_cli.client.sources.overviews import list_prompts

        with self.opened() as state, translated(self.name):
            return list_prompts(state)

    def describe(self, slug: str, selector: str | None) -> Overview:
        """Return all about a prompt; without a selector as it is on the trunk."""
        from basalt_cli.client.sources.overviews import describe

        with self.opened() as state, translated(self.name):
            return describe(state, slug, selector)

    def publish(self, slug: str, environment: str, selector: str | None, reason: str | None) -> PublishPromptResponse:
        """Promote here, by a commit on the trunk or a tag; nothing is pushed."""
        from basalt_cli.client.sources.publishing import publish

        with self.opened(is_to_be_changed=True) as state, translated(self.name):
            return publish(state, slug, environment, selector, reason, to_remote=False)

    @contextmanager
    def opened(self, *, is_to_be_changed: bool = False) -> Iterator[TrunkState]:
        """Open the project; whatever is missing here is the source's fault, and no answer."""
        with self._lock, ExitStack() as closing:
            try:
                project = self._open()
                closing.callback(project.close)
                if project.config.deployments == "tags" and not is_to_be_changed:
                    project.snapshot_refs()
                state = TrunkState(project)
                state.reuse(self._state)
                # Read at once: a source that cannot be read has no answers at all.
                self._state = _read(state)
            except (errors.BasaltError, OSError) as error:
                # It may have been moved, or made anew.
                self._repository = self._state = None
                said, hint = getattr(error, "message", error), getattr(error, "hint", None)
                raise SourceError(f"{self.name}: {said}", hint=hint) from error
            yield state

    def keep_fresh(self) -> None:
        """Return None: a repository on this machine is always read as it is."""

    def reset_after_fork(self) -> None:
        """Forget a lock that another thread of the parent may have held."""
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


def _read(state: TrunkState) -> TrunkState:
    if state.policy.deployments == "file":
        state.pointers  # noqa: B018 - read once
    return state


def _to_answer(slug: str, fetched: Fetched) -> Answer:
    rollout = tuple(Side(_to_content(slug, side), side.percent) for side in fetched.rollout)
    return Answer(_to_content(slug, fetched.current), rollout, fetched.environment, fetched.is_immutable)


def _to_content(slug: str, found: FetchedVersion) -> Content:
    return Content(slug, found.version, found.closure)
