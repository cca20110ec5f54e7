"""The source of prompts in a bundle, a file that ``basalt bundle`` writes."""

from __future__ import annotations

import os
import time
from pathlib import Path
from threading import Lock
from typing import Protocol, TypeAlias, runtime_checkable

from basalt_cli.client.errors import ForbiddenError, NotFoundError, SourceError
from basalt_cli.client.responses import Overview, PublishPromptResponse
from basalt_cli.client.sources.source import locate, translated
from basalt_cli.delivery.answer import Answer, Content
from basalt_cli.delivery.bundle_file import BundleReader
from basalt_cli.format.prompt.file import parse_prompt
from basalt_cli.text.words import did_you_mean, list_names


@runtime_checkable
class Readable(Protocol):
    """A file without a path, such as those of ``importlib.resources.files``."""

    def read_bytes(self) -> bytes:
        """Return the whole content."""


_FEWEST_DIGITS = 7
BundlePath: TypeAlias = "str | os.PathLike[str] | Readable"


class BundleSource:
    """A bundle; its file is read once, at the first question."""

    origin = "bundle"

    def __init__(self, path: BundlePath) -> None:
        self._path = path
        self._read_once: BundleReader | None = None
        self._lock = Lock()
        self.name = locate(path) if isinstance(path, str | os.PathLike) else str(path)

    def ask(self, slug: str, selector: str) -> Answer:
        """Return the versions of a prompt in an environment, or the version at a release or commit."""
        with translated(self.name, slug):
            if selector in self._reader.environments:
                return self._find_deployed(slug, selector)
            for version, release in self._reader.list_versions(slug).items():
                is_short = len(selector) >= _FEWEST_DIGITS and version.startswith(selector)
                if is_short or (release is not None and selector in (release, f"v{release}")):
                    return Answer((self._get(slug, version),), is_immutable=True)
        if slug not in self._reader.list_slugs():
            raise self._missing(slug)
        names = list_names([*self._reader.environments, *self._reader.list_versions(slug)])
        raise NotFoundError(f"the bundle has no {slug} at {selector!r}", hint=f"It has {slug} at: {names}.")

    def list_prompts(self) -> list[Overview]:
        """Return all prompts, by slug."""
        with translated(self.name):
            return [self._describe(slug, None) for slug in self._reader.list_slugs()]

    def describe(self, slug: str, selector: str | None) -> Overview:
        """Describe a prompt at a selector; for None, as the first environment runs it."""
        with translated(self.name):
            if selector is not None:
                return self._describe(slug, self.ask(slug, selector).current.version)
            if slug not in self._reader.list_slugs():
                raise self._missing(slug)
            return self._describe(slug, None)

    def publish(self, slug: str, environment: str, selector: str | None, reason: str | None) -> PublishPromptResponse:  # noqa: ARG002
        """Raise ForbiddenError: a bundle cannot be changed."""
        raise ForbiddenError(
            "a bundle cannot be changed", hint="Promote in the repository, and make the bundle again: basalt bundle"
        )

    def keep_fresh(self) -> None:
        """Return None: a bundle does not change."""

    def reset_after_fork(self) -> None:
        """Replace the lock, which a thread of the parent may have held."""
        self._lock = Lock()

    @property
    def _reader(self) -> BundleReader:
        with self._lock:
            if self._read_once is None:
                self._read_once = self._open()
            return self._read_once

    def _open(self) -> BundleReader:
        path = Path(self._path) if isinstance(self._path, str | os.PathLike) else self._path
        try:
            data = path.read_bytes()
        except OSError as error:
            raise SourceError(
                f"{self.name}: {error.strerror or error}", hint="Make it: basalt bundle --env production"
            ) from error
        return BundleReader(data)

    def _find_deployed(self, slug: str, environment: str) -> Answer:
        pointer = self._reader.find_pointer(environment, slug)
        if pointer is None:
            raise self._missing(slug, environment)
        contents = tuple(self._get(slug, place.version) for place in pointer.places)
        percents = tuple(share.percent for share in pointer.rollout)
        # The pointers were read at the trunk's commit: the bundle is as old as that.
        age_seconds = max(0.0, time.time() - self._reader.seconds)
        return Answer(contents, percents, environment, age_seconds=age_seconds)

    def _missing(self, slug: str, environment: str | None = None) -> NotFoundError:
        slugs = self._reader.list_slugs(environment)
        hint = f"{did_you_mean(slug, slugs)}Prompts in it: {list_names(slugs)}."
        where = f" as deployed to {environment}" if environment is not None else ""
        return NotFoundError(f"the bundle has no prompt {slug!r}{where}", hint=hint)

    def _get(self, slug: str, version: str) -> Content:
        found = self._reader.read_version(slug, version)
        if found is None:
            raise SourceError(f"{self.name}: a pointer names {slug} at {version[:9]}, a version that is not in it")
        return found

    def _describe(self, slug: str, version: str | None) -> Overview:
        versions = self._reader.list_versions(slug)
        pointers = (self._reader.find_pointer(name, slug) for name in self._reader.environments)
        running = next(pointer for pointer in pointers if pointer is not None)
        closure = self._get(slug, version or running.version).closure
        tags = tuple(name for name in self._reader.environments if self._reader.find_pointer(name, slug) is not None)
        names = tuple(release or commit for commit, release in versions.items())
        return Overview(parse_prompt(slug, closure.source).prompt, slug, names, tags)
