"""Contents of prompts that come from no file: from a mapping, or from the texts of a prompt made by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from basalt_cli.delivery.answer import Content
from basalt_cli.format.prompt.closure import Closure
from basalt_cli.format.template import GLOBAL_NAMES, analyse
from basalt_cli.text.slug import path_of


def content_of_mapping(slug: str, version: str, file: Mapping[str, Any]) -> Content:
    """Return the content for a mapping with the keys of a prompt's file; it has no partials."""
    # JSON is valid YAML, and the strict reader reads the same values from it.
    data = json.dumps(file, ensure_ascii=False).encode(errors="surrogatepass")
    return Content(slug, version, Closure(path_of(slug), ((path_of(slug), data),)))


def content_of_texts(slug: str, version: str, system: str | None, task: str, settings: Mapping[str, Any]) -> Content:
    """Return the content for two texts; the names that they use become optional variables of any type.

    ``settings`` are the other keys of a prompt's file, such as ``model``.
    """
    texts = {name: text for name, text in (("system", system), ("prompt", task)) if text}
    uses = [use.name for text in texts.values() for use in analyse(text).uses if use.name not in GLOBAL_NAMES]
    variables = {name: {"type": "any", "optional": True} for name in dict.fromkeys(uses)}
    # The texts were rendered already: a line break at their end is kept.
    body = {"variables": variables, "template": {"keep_trailing_newline": True}, **(texts or {"prompt": " "})}
    return content_of_mapping(slug, version, {**settings, **body})
