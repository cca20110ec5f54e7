"""Render templates in the sandbox, and locate failures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from jinja2 import Template
from jinja2.exceptions import SecurityError, TemplateError, TemplateNotFound, UndefinedError

from basalt_cli.format.template.environment import build_environment
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Whitespace

MOST_CHARACTERS = 1024 * 1024
_UNDEFINED_NAME = re.compile(r"'(\w+)' is undefined\Z")


class RenderFailure(Exception):  # noqa: N818 - callers turn it into an error with file and line
    """The rendering of a template failed.

    ``template`` is the key of the text or the path of the partial, ``line`` the line in it (1-based, 0 where unknown),
    ``name`` the undefined name where that is the cause.
    """

    def __init__(self, template: str, line: int, message: str, name: str | None = None) -> None:
        super().__init__(message)
        self.template = template
        self.line = line
        self.message = message
        self.name = name


class OutputTooLargeError(Exception):
    """The rendered texts together are longer than allowed."""


class Renderer:
    """Render the texts of one prompt with the same partials; safe for several threads.

    Each text is compiled once, at its first rendering.
    """

    def __init__(self, whitespace: Whitespace, partials: Mapping[str, str], texts: Mapping[str, str]) -> None:
        self._environment = build_environment(whitespace, partials)
        self._partials = partials
        self._texts = texts
        self._templates: dict[str, Template] = {}
        self._globals = self._environment.make_globals(None)

    def render(self, variables: Mapping[str, Json], most_characters: int = MOST_CHARACTERS) -> dict[str, str]:
        """Return every rendered text by its key.

        Raises RenderFailure, and OutputTooLargeError where the texts together have more than ``most_characters``.
        """
        rendered = {}
        # All texts share this mapping: Jinja2 stores the names that a template sets elsewhere.
        seen = {**self._globals, **variables}
        for key in self._texts:
            rendered[key] = text = self._render_one(key, seen, most_characters)
            most_characters -= len(text)
        return rendered

    def _render_one(self, key: str, seen: dict[str, Any], most_characters: int) -> str:
        try:
            template = self._templates.get(key) or self._compile(key)
            return self._collect(template, seen, most_characters)
        except UndefinedError as error:
            found = _UNDEFINED_NAME.search(error.message or "")
            raise self._failure(key, error, error.message or "undefined", found and found.group(1)) from None
        except SecurityError as error:
            raise self._failure(key, error, f"not allowed in a template: {error}") from None
        except TemplateNotFound as error:
            raise self._failure(key, error, f"the partial {error.name!r} does not exist") from None
        except TemplateError as error:
            raise self._failure(key, error, str(error.message)) from None
        except RecursionError as error:
            raise self._failure(key, error, "the template calls or includes itself too deeply") from None
        except (
            TypeError,
            ValueError,
            ArithmeticError,
            LookupError,
            AttributeError,
            AssertionError,
            RuntimeError,
            SyntaxError,
        ) as error:
            # An expression of the template raised it, for its values; it is not a bug of basalt.
            raise self._failure(key, error, f"{type(error).__name__}: {error}") from None

    def _compile(self, key: str) -> Template:
        name = f"<{key}>"
        code = self._environment.compile(self._texts[key], name, name)
        template = Template.from_code(self._environment, code, self._globals)
        self._templates[key] = template
        return template

    def _collect(self, template: Template, seen: dict[str, Any], most_characters: int) -> str:
        chunks = []
        context = template.new_context(seen, shared=True)
        try:
            for chunk in template.root_render_func(context):
                most_characters -= len(chunk)
                if most_characters < 0:
                    break
                chunks.append(chunk)
        except Exception:  # noqa: BLE001 - as Jinja2's own render(): maps the generated code's lines to the template's
            self._environment.handle_exception()
        if most_characters < 0:
            raise OutputTooLargeError
        return "".join(chunks)

    def _failure(self, key: str, error: BaseException, message: str, name: str | None = None) -> RenderFailure:
        template, line = key, int(getattr(error, "lineno", None) or 0)
        for filename, number in _template_frames(error.__traceback__):
            if filename == f"<{key}>" or filename in self._partials:
                template, line = (key if filename == f"<{key}>" else filename), number
        return RenderFailure(template, line, message, name)


def _template_frames(traceback: TracebackType | None) -> list[tuple[str, int]]:
    frames: list[tuple[str, int]] = []
    while traceback is not None:
        frames.append((traceback.tb_frame.f_code.co_filename, traceback.tb_lineno))
        traceback = traceback.tb_next
    return frames
