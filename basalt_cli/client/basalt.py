"""The client class of the SDK."""

from __future__ import annotations

import logging
import os
import sys
import warnings
import weakref
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import Any, Self, TypeAlias

from basalt_cli.client.compiled import COMPILER
from basalt_cli.client.copies import CacheProtocol, DiskCache
from basalt_cli.client.errors import BadRequestError, BasaltWarning
from basalt_cli.client.fetcher import FallbackFunction, Fetcher, FetchSettings
from basalt_cli.client.outage import FallbackListener
from basalt_cli.client.prompts import PromptsClient
from basalt_cli.client.sources.bundle import BundlePath, BundleSource, Readable
from basalt_cli.client.sources.mirror import MirrorSource
from basalt_cli.client.sources.repository import RepositorySource
from basalt_cli.client.sources.source import PromptSource
from basalt_cli.git.mirror import is_url
from basalt_cli.stores.place import find_cache_folder

_SOURCE_VARIABLE = "BASALT_SOURCE"

SourceArgument: TypeAlias = "str | os.PathLike[str] | BundlePath | PromptSource"


class Basalt:
    """A client of one source of prompts; make one for each process, and use it from any thread and task.

    ``source`` is the path of a repository, of a bare clone or of a bundle, or the URL of a git repository. By default
    it is the value of ``BASALT_SOURCE``, else the repository around the working directory. Of a URL, a copy is kept in
    the user's cache folder and updated every ``refresh_seconds``; ``offline`` uses that copy without updating it.

    The answer for a tag is fresh for ``cache_ttl_seconds``. For another ``cache_ttl_seconds`` the old answer is
    returned while a new one is fetched in the background (stale-while-revalidate). Versions do not expire. At most
    ``cache_size`` answers are remembered. ``cache`` replaces the copies on disk by any object with ``get(key)`` and
    ``put(key, value, ttl)``; False keeps none. ``fallback`` is used when the source cannot be reached and there is no
    copy: it is a bundle, or a function of slug, version and tag that returns a Prompt or a mapping with the keys of a
    prompt's file. ``on_fallback`` is called with slug, origin and error whenever an answer does not come from the
    source.

    The other arguments are those of the hosted service. They have no effect; giving one raises a warning.
    """

    def __init__(
        self,
        source: SourceArgument | None = None,
        *,
        api_key: str | None = None,
        base_url: str | None = None,
        cache: CacheProtocol | bool | None = None,
        cache_ttl_seconds: float = 300,
        cache_size: int = 1000,
        fallback: BundlePath | FallbackFunction | None = None,
        on_fallback: FallbackListener | None = None,
        offline: bool = False,
        refresh_seconds: float = 60,
        timeout_seconds: float = 10,
        log_level: str | None = None,
        telemetry_config: Any = None,
        enable_telemetry: bool = True,
        observability_metadata: dict[str, Any] | None = None,
        enabled_instruments: list[str] | None = None,
        disabled_instruments: list[str] | None = None,
    ) -> None:
        if log_level is not None:
            logging.getLogger("basalt_cli").setLevel(log_level)
        hosted = {
            "api_key": api_key,
            "base_url": base_url,
            "telemetry_config": telemetry_config,
            "enable_telemetry": None if enable_telemetry else False,
            "observability_metadata": observability_metadata,
            "enabled_instruments": enabled_instruments,
            "disabled_instruments": disabled_instruments,
        }
        _warn_of_hosted([name for name, value in hosted.items() if value is not None])
        found = _open_source(source, offline, refresh_seconds, timeout_seconds)
        copies = _open_copies(cache, found)
        settings = FetchSettings(float(cache_ttl_seconds), max(1, int(cache_size)), copies, fallback, on_fallback)
        self._fetcher = Fetcher(found, settings)
        self._prompts = PromptsClient(self._fetcher)
        if isinstance(found, MirrorSource) and not offline:
            self._fetcher.refresher.start()
        _FETCHERS.add(self._fetcher)

    @property
    def prompts(self) -> PromptsClient:
        """Return the client for prompts: get, list, describe and publish."""
        return self._prompts

    def shutdown(self) -> None:
        """Stop refreshing in the background; prompts can still be fetched."""
        self._fetcher.refresher.stop()

    def __enter__(self) -> Self:
        """Return the client itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Stop refreshing in the background."""
        self.shutdown()


# Fetchers, not clients: an application may keep only ``Basalt(...).prompts``.
_FETCHERS: weakref.WeakSet[Fetcher] = weakref.WeakSet()
_warned: set[str] = set()


def _reset_all_after_fork() -> None:
    COMPILER.reset_after_fork()
    _release_lazy_properties()
    for fetcher in list(_FETCHERS):
        fetcher.reset_after_fork()


def _release_lazy_properties() -> None:
    """Replace the locks of cached properties, which Python 3.11 holds while it computes a value."""
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("basalt_cli.")]
    for kind in {found for module in modules for found in vars(module).values() if isinstance(found, type)}:
        for attribute in vars(kind).values():
            if isinstance(attribute, cached_property) and hasattr(attribute, "lock"):
                attribute.lock = RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_all_after_fork)


def _warn_of_hosted(names: list[str]) -> None:
    """Warn of arguments that only the hosted service has, once for each argument and process."""
    new = [name for name in names if name not in _warned]
    if new:
        _warned.update(new)
        message = f"{', '.join(new)} of Basalt(...) has no effect: prompts come from git, not from a service"
        warnings.warn(message, BasaltWarning, stacklevel=3)


def _open_source(
    source: SourceArgument | None, offline: bool, refresh_seconds: float, timeout_seconds: float
) -> PromptSource:
    given = source if source is not None else os.environ.get(_SOURCE_VARIABLE) or Path.cwd()
    if isinstance(given, str) and is_url(given):
        return MirrorSource(
            given,
            find_cache_folder(),
            refresh_seconds=float(refresh_seconds),
            timeout_seconds=float(timeout_seconds),
            is_offline=offline,
        )
    if isinstance(given, str | os.PathLike):
        path = Path(given).expanduser()
        return RepositorySource(path) if path.is_dir() or not path.exists() else BundleSource(path)
    if isinstance(given, Readable):
        return BundleSource(given)
    if isinstance(given, PromptSource):
        return given
    hint = "Give the path of a repository or a bundle, or the URL of a git repository."
    raise BadRequestError(f"a value of type {type(given).__name__} is not a source of prompts", hint=hint)


def _open_copies(cache: CacheProtocol | bool | None, source: PromptSource) -> CacheProtocol | None:
    if cache is False or isinstance(source, BundleSource):
        return None
    if cache is None or cache is True:
        return DiskCache(find_cache_folder() / "prompts")
    return cache
