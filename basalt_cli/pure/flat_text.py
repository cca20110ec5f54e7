"""Write partials into the templates that include them, so that the text stands alone."""

from __future__ import annotations

import re
from collections.abc import Mapping

from basalt_cli.model.prompt import Whitespace
from basalt_cli.pure.template import analyse

_TAG = re.compile(r"\{%[-+]?\s*include\b.*?[-+]?%\}", re.DOTALL)
_DEEPEST = 20


def expand_includes(text: str, partials: Mapping[str, str], whitespace: Whitespace, depth: int = 0) -> str:
    """Return the template with every partial that it surely includes in the place of its tag, without its last break.

    An include of several names, without context, or of what does not exist stays as it is written.
    """
    found = {i.offset: i for i in analyse(text, whitespace).includes if not i.extends and i.sees_context}

    def write(match: re.Match[str]) -> str:
        include = next((i for offset, i in found.items() if match.start() <= offset < match.end()), None)
        if include is None or len(include.names) != 1 or include.names[0] not in partials or depth >= _DEEPEST:
            return match.group()
        inner = expand_includes(partials[include.names[0]], partials, whitespace, depth + 1)
        return inner if whitespace.keep_trailing_newline else inner.removesuffix("\n")

    return _TAG.sub(write, text)
