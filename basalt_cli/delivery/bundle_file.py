"""The file format of bundles: the prompts that some environments run, with their partials, under one hash.

The first line is ``{"basalt_bundle": 1, "sha256": ...}``, with the hash of all bytes after that line; the second line
is one JSON object. A bundle of the same commit has the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from basalt_cli.delivery.answer import DEFAULT_FOLDER, Content
from basalt_cli.errors import BasaltError
from basalt_cli.format.prompt.closure import Closure
from basalt_cli.model.json_value import Json
from basalt_cli.model.pointer import Pointer, Pointers, Share
from basalt_cli.text.slug import path_of

FORMAT = 1
_KEYS = frozenset(("trunk", "time", "environments", "prompts", "texts"))


class DamagedBundleError(BasaltError):
    """A file is not a bundle, or its content was changed after it was written."""


class Bundle(NamedTuple):
    """Pointers of some environments, and the versions that they name.

    ``trunk`` is the commit that the pointers were read at, ``seconds`` its time since 1970. ``releases`` has the number
    of each version that is a release, by slug and commit. ``folder`` is the prompts folder that messages show.
    """

    trunk: str
    seconds: int
    pointers: Pointers
    contents: tuple[Content, ...]
    releases: Mapping[tuple[str, str], str]
    folder: str = DEFAULT_FOLDER


def format_bundle(bundle: Bundle) -> bytes:
    """Return the bytes of a bundle's file."""
    texts: dict[str, str] = {}
    prompts: dict[str, dict[str, Json]] = {}
    for content in bundle.contents:
        release = bundle.releases.get((content.slug, content.version))
        described = _describe_version(content, release, texts)
        prompts.setdefault(content.slug, {})[content.version] = described
    environments = {
        name: {slug: _describe_pointer(pointer) for slug, pointer in running.items()}
        for name, running in bundle.pointers.items()
    }
    body = {
        "trunk": bundle.trunk,
        "time": bundle.seconds,
        "environments": environments,
        "prompts": prompts,
        "texts": texts,
        # Left out by default, so that bundles of most projects have the bytes that earlier releases gave them.
        **({"folder": bundle.folder} if bundle.folder != DEFAULT_FOLDER else {}),
    }
    data = json.dumps(body, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    head = {"basalt_bundle": FORMAT, "sha256": hashlib.sha256(data).hexdigest()}
    return json.dumps(head).encode() + b"\n" + data


def _describe_version(content: Content, release: str | None, texts: dict[str, str]) -> dict[str, Json]:
    """Return the JSON form of a version; add its files to ``texts``, by their hash, so that each is stored once."""
    files: dict[str, Json] = {}
    for path, data in content.closure.files:
        name = hashlib.sha256(data).hexdigest()[:32] if data is not None else None
        files[path] = name
        if name is not None and data is not None:
            texts[name] = data.decode(errors="surrogateescape")
    return {"digest": content.digest, "release": release, "files": files}


def _describe_pointer(pointer: Pointer) -> dict[str, Json]:
    rollout: list[Json] = [{"version": s.version, "digest": s.digest, "percent": s.percent} for s in pointer.rollout]
    return {"version": pointer.version, "digest": pointer.digest, "rollout": rollout}


class BundleReader:
    """The content of a bundle's file; raises DamagedBundleError if any byte of it was changed."""

    def __init__(self, data: bytes) -> None:
        head, _, body = data.partition(b"\n")
        found = _parse(head)
        if not isinstance(found, dict) or found.keys() != {"basalt_bundle", "sha256"}:
            raise DamagedBundleError("it is not a bundle", hint="Make one: basalt bundle --env production")
        if found["basalt_bundle"] != FORMAT:
            hint = "Install the release of basalt that made it, or make it again: basalt bundle --env production"
            message = f"it has format {found['basalt_bundle']}, and this release reads format {FORMAT}"
            raise DamagedBundleError(message, hint=hint)
        if hashlib.sha256(body).hexdigest() != found["sha256"]:
            hint = "Make it again: basalt bundle --env production"
            raise DamagedBundleError("it is damaged: its content does not have the hash of its first line", hint=hint)
        found = _parse(body)
        if not isinstance(found, dict) or not _KEYS.issubset(found):
            raise DamagedBundleError("it holds no prompts", hint="Make one: basalt bundle --env production")
        self._body: dict[str, Any] = found
        self.trunk: str = self._body["trunk"]
        self.seconds: int = self._body["time"]
        self.environments: tuple[str, ...] = tuple(self._body["environments"])
        self._folder: str = self._body.get("folder", DEFAULT_FOLDER)

    def list_slugs(self, environment: str | None = None) -> tuple[str, ...]:
        """Return the slugs of all prompts, or of those that one environment runs, sorted."""
        found = self._body["prompts"] if environment is None else self._body["environments"].get(environment, {})
        return tuple(sorted(found))

    def find_pointer(self, environment: str, slug: str) -> Pointer | None:
        """Return the pointer of an environment to a prompt; None if the environment does not run it."""
        found = self._body["environments"].get(environment, {}).get(slug)
        if found is None:
            return None
        rollout = tuple(Share(s["version"], s["digest"], s["percent"]) for s in found["rollout"])
        return Pointer(found["version"], found["digest"], rollout)

    def list_versions(self, slug: str) -> dict[str, str | None]:
        """Return the release number, or None, of each version of a prompt, by commit."""
        return {version: found["release"] for version, found in self._body["prompts"].get(slug, {}).items()}

    def read_version(self, slug: str, version: str) -> Content | None:
        """Return a version of a prompt, or None; raise DamagedBundleError if its files do not have its digest."""
        found = self._body["prompts"].get(slug, {}).get(version)
        if found is None:
            return None
        texts = self._body["texts"]
        files = tuple(
            (path, texts[name].encode(errors="surrogateescape") if name is not None else None)
            for path, name in sorted(found["files"].items())
        )
        closure = Closure(path_of(slug), files)
        if closure.digest != found["digest"]:
            hint = "Make it again: basalt bundle --env production"
            raise DamagedBundleError(f"the files of {slug} in it do not have the digest that it records", hint=hint)
        return Content(slug, version, closure, self._folder)

    def verify(self) -> int:
        """Read all versions and pointers, and return the number of versions; raise DamagedBundleError."""
        count = 0
        for slug in self.list_slugs():
            for version in self.list_versions(slug):
                self.read_version(slug, version)
                count += 1
        for environment in self.environments:
            for slug in self.list_slugs(environment):
                self._verify_pointer(environment, slug)
        return count

    def _verify_pointer(self, environment: str, slug: str) -> None:
        pointer = self.find_pointer(environment, slug)
        for place in pointer.places if pointer is not None else ():
            found = self.read_version(slug, place.version)
            if found is None or found.digest != place.digest:
                message = f"{environment} runs {slug} at {place.version[:9]}, a version that is not in it"
                raise DamagedBundleError(message, hint="Make it again: basalt bundle --env production")


def _parse(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return None
