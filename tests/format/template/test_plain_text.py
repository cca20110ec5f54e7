from __future__ import annotations

import pytest
from basalt_cli.format.template.plain_text import mask_tags


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("a {{ b }} c", "a         c"),
        ("a {% b %} c {# d #} e", "a         c         e"),
        ("{{ a", "{{ a"),
        ("{{ a {{ b }}", "            "),
        ("{% a\n%} b", "    \n   b"),
        ("{% raw %}{{ a }}{% endraw %} b", "                             b"),
        ("{%- raw -%}x{%- endraw -%}", "                          "),
        ("{% raw %}x", "{% raw %}x"),
        ("{% raw %}x{{ y }}", "{% raw %}x       "),
        ("`a` b `c", "    b `c"),
        ("a `b\nc` d", "a `b\nc` d"),
        ("```\ncode {{ x }}\n```\nafter", "   \n            \n   \nafter"),
        ("~~~~\ncode\n~~~~ x", "    \n    \n     x"),
        ("  ```py\na\n  ```\nb", "       \n \n     \nb"),
        ("```\nno end {{ x }} `t`", "```\nno end            "),
        ("a ``` b", "a   ` b"),
        ("{{ a }}{{ b", "       {{ b"),
        ("{# a\nb #}c", "    \n    c"),
        ("{{ x }} {% y {{ z }}", "        {% y        "),
        ("```\na\n````\nb", "   \n \n   `\nb"),
        ("{{ a }}é{{ b }}", "       é       "),
    ],
)
def test_tags_and_code_are_masked(text: str, expected: str) -> None:
    assert mask_tags(text) == expected
    assert len(expected) == len(text)
