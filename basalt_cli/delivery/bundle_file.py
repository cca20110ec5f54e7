"""Bundles: what some environments run, with all that shapes it, in one file that says whether it is whole.

The first line is ``{"basalt_bundle": 1, "sha256": ...}``, the hash being that of everything behind it; the second line
is one JSON object. Of the same commit it is always made of the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, NamedTuple

from basalt_cli.errors import BasaltError
from basalt_cli.format.prompt.closure import Closure
from basalt_cli.model.pointer import Pointer, Pointers, Share
from basalt_cli.text.slug import path_of

FORMAT = 1
_KEYS = frozenset(("trunk", "time", "environments", "prompts", "texts"))


class DamagedBundleError(BasaltError):
    """A file is no bundle, or is not as it was written."""


class BundledVersion(NamedTuple):
    """One version of a prompt, and the number of its release where it is one."""

    closure: Closure
    release: str | None = None


class Bundle(NamedTuple):
    """Pointers of some environments and the versions, by slug and commit, that they lead to.

    ``trunk`` is the commit that the pointers were read at, ``seconds`` its time since 1970.
    """

    trunk: str
    seconds: int
    pointers: Pointers
    versions: dict[str, dict[str, BundledVersion]]


def format_bundle(bundle: Bundle) -> bytes:
    """Return the bytes of a bundle's file."""
    texts: dict[str, str] = {}
    prompts = {
        slug: {version: _describe_version(found, texts) for version, found in versions.items()}
        for slug, versions in bundle.versions.items()
    }
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
    }
    data = json.dumps(body, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    head = {"basalt_bundle": FORMAT, "sha256": hashlib.sha256(data).hexdigest()}
    return json.dumps(head).encode() + b"\n" + data


def _describe_version(found: BundledVersion, texts: dict[str, str]) -> dict[str, Any]:
    files: dict[str, str | None] = {}
    for path, data in found.closure.files:
        name = hashlib.sha256(data).hexdigest()[:32] if data is not None else None
        files[path] = name
        if name is not None and data is not None:
            texts[name] = data.decode(errors="surrogateescape")
    return {"digest": found.closure.digest, "release": found.release, "files": files}


def _describe_pointer(pointer: Pointer) -> dict[str, Any]:
    rollout = [{"version": s.version, "digest": s.digest, "percent": s.percent} for s in pointer.rollout]
    return {"version": pointer.version, "digest": pointer.digest, "rollout": rollout}


class BundleReader:
    """Read a bundle's file; raise DamagedBundleError where a single bit of it is not as it was written."""

    def __init__(self, data: bytes) -> None:
        head, _, body = data.partition(b"\n")
        found = _parse(head)
        if not isinstance(found, dict) or found.keys() != {"basalt_bundle", "sha256"}:
            raise DamagedBundleError("it is no bundle", hint="Make one: basalt bundle --env production")
        if found["basalt_bundle"] != FORMAT:
            hint = "Use the basalt that made it, or make it anew."
            raise DamagedBundleError(f"it is of format {found['basalt_bundle']}, and this is {FORMAT}", hint=hint)
        if hashlib.sha256(body).hexdigest() != found["sha256"]:
            hint = "Ship it anew: basalt bundle makes it."
            raise DamagedBundleError("it is damaged: its content is not what its first line says", hint=hint)
        found = _parse(body)
        if not isinstance(found, dict) or not _KEYS.issubset(found):
            raise DamagedBundleError("it holds no prompts", hint="Make one: basalt bundle --env production")
        self._body: dict[str, Any] = found
        self.trunk: str = self._body["trunk"]
        self.seconds: int = self._body["time"]
        self.environments: tuple[str, ...] = tuple(self._body["environments"])

    def list_slugs(self, environment: str | None = None) -> tuple[str, ...]:
        """Return the slugs of all prompts, or of those that an environment runs, sorted."""
        found = self._body["prompts"] if environment is None else self._body["environments"].get(environment, {})
        return tuple(sorted(found))

    def find_pointer(self, environment: str, slug: str) -> Pointer | None:
        """Return what an environment runs of a prompt."""
        found = self._body["environments"].get(environment, {}).get(slug)
        if found is None:
            return None
        rollout = tuple(Share(s["version"], s["digest"], s["percent"]) for s in found["rollout"])
        return Pointer(found["version"], found["digest"], rollout)

    def list_versions(self, slug: str) -> dict[str, str | None]:
        """Return the versions that there are of a prompt, with their releases, by commit."""
        return {version: found["release"] for version, found in self._body["prompts"].get(slug, {}).items()}

    def read_version(self, slug: str, version: str) -> BundledVersion | None:
        """Return a version of a prompt; raise DamagedBundleError where it is not what its digest says."""
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
            hint = "Make it anew: basalt bundle."
            raise DamagedBundleError(f"{slug} in it is not what its digest says", hint=hint)
        return BundledVersion(closure, found["release"])

    def verify(self) -> int:
        """Read all that there is, and return the number of versions; raise DamagedBundleError for what is amiss."""
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
            if found is None or found.closure.digest != place.digest:
                message = f"{environment} runs {slug} at {place.version[:9]}, and that is not in it"
                raise DamagedBundleError(message, hint="Make it anew: basalt bundle.")


def _parse(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return None
