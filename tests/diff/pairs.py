"""Pairs of prompts with the changes between them, for tests of the comparison and of what shows its changes."""

from __future__ import annotations

from basalt_cli.diff.prompt_text import PromptText
from basalt_cli.format.prompt.file import parse_prompt
from basalt_cli.model.change import Risk


def source(text: str, **partials: str) -> PromptText:
    """Return the version of a prompt that a text makes, with partials by path."""
    file = parse_prompt("test", text.encode())
    assert file.problems == (), file.problems
    assert file.prompt is not None
    return PromptText(file.prompt, partials)


V = "variables: {{a: {}}}\nprompt: '{{{{ a }}}}'\n"

OUTPUT = "prompt: a\noutput: {{format: json, schema: {}}}\n"
TOOL = "prompt: a\ntools: [{{name: t, parameters: {}}}]\n"

# The old text, the new text, and code and risk of each change between them.
PAIRS = [
    ("prompt: a\n", "prompt: a # comment\n", []),
    ("prompt: a\nname: b\n", "name: 'b'\nprompt: |\n  a\n", []),
    ("system: s\nprompt: p\n", "messages: [{role: system, content: s}, {role: user, content: p}]\n", []),
    ("prompt: a b c\n", "prompt: a x c\n", [("wording", Risk.WORDING)]),
    ("prompt: a\n", "system: s\nprompt: a\n", [("message-added", Risk.BEHAVIOURAL)]),
    ("system: s\nprompt: a\n", "prompt: a\n", [("message-removed", Risk.BEHAVIOURAL)]),
    ("messages: [{role: user, content: a}]\n", "messages: [{role: assistant, content: a}]\n", [("message-role", Risk.BEHAVIOURAL)]),
    (
        "prompt: '{% if a is defined %}x{% endif %}'\nvariables: {a: {optional: true}}\n",
        "prompt: '{% if a is not defined %}x{% endif %}'\nvariables: {a: {optional: true}}\n",
        [("logic", Risk.BEHAVIOURAL)],
    ),
    ("variables: {a: any, b: any}\nprompt: '{{ a }}'\n", "variables: {a: any, b: any}\nprompt: '{{ b }}'\n", [("expression", Risk.WORDING)]),
    ("prompt: a\n", "prompt: a\nvariables: {x: string}\n", [("variable-added", Risk.BREAKING)]),
    ("prompt: a\n", "prompt: a\nvariables: {x: {default: 1}}\n", [("variable-added", Risk.NONE)]),
    ("prompt: a\nvariables: {x: string}\n", "prompt: a\n", [("variable-removed", Risk.BREAKING)]),
    (V.format("string"), V.format("integer"), [("variable-retyped", Risk.BREAKING)]),
    (V.format("string"), V.format("any"), [("variable-retyped", Risk.NONE)]),
    (V.format("{enum: [a, b]}"), V.format("{enum: [a]}"), [("variable-narrowed", Risk.BREAKING)]),
    (V.format("{enum: [a]}"), V.format("{enum: [a, b]}"), [("variable-widened", Risk.NONE)]),
    (V.format("{type: string}"), V.format("{type: string, enum: [a]}"), [("variable-narrowed", Risk.BREAKING)]),
    (V.format("{type: string, enum: [a]}"), V.format("{type: string}"), [("variable-widened", Risk.NONE)]),
    (V.format("{type: string}"), V.format("{type: string, maxLength: 3}"), [("variable-narrowed", Risk.BREAKING)]),
    (V.format("{default: x}"), V.format("any"), [("variable-required", Risk.BREAKING)]),
    (V.format("any"), V.format("{default: x}"), [("variable-relaxed", Risk.NONE)]),
    (V.format("{default: x}"), V.format("{default: y}"), [("variable-default", Risk.WORDING)]),
    (V.format("{default: x}"), V.format("{optional: true}"), [("variable-default", Risk.BREAKING)]),
    (V.format("{optional: true}"), V.format("{default: x}"), [("variable-default", Risk.WORDING)]),
    (V.format("{default: 1}"), V.format("{default: true}"), [("variable-default", Risk.WORDING)]),
    (V.format("{default: 1}"), V.format("{default: 1.0}"), [("variable-default", Risk.WORDING)]),
    (V.format("string"), V.format("{type: [integer, 'null']}"), [("variable-retyped", Risk.BREAKING)]),
    (V.format("string"), V.format("{type: [string, 'null']}"), [("variable-retyped", Risk.NONE)]),
    (V.format("string"), V.format("{enum: [a]}"), [("variable-retyped", Risk.BREAKING)]),
    (V.format("integer"), V.format("number"), [("variable-retyped", Risk.NONE)]),
    (V.format("number"), V.format("integer"), [("variable-retyped", Risk.BREAKING)]),
    (
        V.format("{type: object, properties: {title: {type: string, description: x}}}"),
        V.format("{type: object, title: T, properties: {title: {type: string, description: y}}}"),
        [],
    ),
    (
        V.format("{type: object, properties: {title: {type: string}}}"),
        V.format("{type: object, properties: {title: {type: integer}}}"),
        [("variable-narrowed", Risk.BREAKING)],
    ),
    ("prompt: a\nmodel: {parameters: {x: 1}}\n", "prompt: a\nmodel: {parameters: {x: 1.0}}\n", [("model-parameter", Risk.BEHAVIOURAL)]),
    (V.format("{description: x}"), V.format("{description: y}"), [("variable-description", Risk.NONE)]),
    ("prompt: a\n", "prompt: a\nmodel: {provider: p, name: m, version: '1'}\n", [("model-provider", Risk.BEHAVIOURAL), ("model-name", Risk.BEHAVIOURAL), ("model-version", Risk.BEHAVIOURAL)]),
    ("prompt: a\nmodel: {parameters: {temperature: 0}}\n", "prompt: a\nmodel: {parameters: {temperature: 1}}\n", [("model-parameter", Risk.BEHAVIOURAL)]),
    ("prompt: a\nmodel: {parameters: {seed: 1}}\n", "prompt: a\n", [("model-parameter", Risk.BEHAVIOURAL)]),
    ("prompt: a\n", "prompt: a\noutput: {format: json}\n", [("output-format", Risk.BREAKING)]),
    ("prompt: a\noutput: {format: json}\n", "prompt: a\noutput: {format: json, schema: {}}\n", [("output-schema", Risk.BEHAVIOURAL)]),
    ("prompt: a\n", "prompt: a\ntools: [{name: t}]\n", [("tool-added", Risk.BREAKING)]),
    ("prompt: a\ntools: [{name: t}]\n", "prompt: a\n", [("tool-removed", Risk.BEHAVIOURAL)]),
    ("prompt: a\ntools: [{name: t}]\n", "prompt: a\ntools: [{name: t, description: d}]\n", [("tool-changed", Risk.BEHAVIOURAL)]),
    ("prompt: a\ntools: [{name: t}]\n", "prompt: a\ntools: [{name: t, parameters: {type: object}}]\n", [("tool-changed", Risk.BEHAVIOURAL)]),
    ("prompt: a\n", "prompt: a\ntool_choice: auto\n", [("tool-choice", Risk.BEHAVIOURAL)]),
    ("prompt: a\nexamples: [{user: u, assistant: v}]\n", "prompt: a\nexamples: [{user: u, assistant: w}]\n", [("wording", Risk.WORDING)]),
    ("prompt: a\nexamples: [{user: u, assistant: v}]\n", "prompt: a\nexamples: [{user: u, assistant: v}, {user: x, assistant: y}]\n", [("example-added", Risk.WORDING)]),
    ("prompt: a\n", "prompt: a\ntemplate: {trim_blocks: true}\n", []),
    ("prompt: a\n", "prompt: a\nname: n\ndescription: d\nfeature: f\nmetadata: {x: 1}\ntests: [{name: t}]\n", [(code, Risk.NONE) for code in ("name", "description", "feature", "metadata", "tests")]),
    ("prompt: a\ntests: [{name: t}]\n", "prompt: a\ntests: [{name: t, expect: [{equals: a}]}]\n", [("tests", Risk.NONE)]),
    (
        "messages: [{role: user, content: [{text: a}, {image: b}]}]\n",
        "messages: [{role: user, content: [{text: a}, {image: b, detail: low}]}]\n",
        [("part-setting", Risk.BEHAVIOURAL)],
    ),
    # Layout that cannot reach the model.
    ("prompt: '{{ a }}'\nvariables: {a: any}\n", "variables: {a: any}\nprompt: '{{a}}'\n", []),
    ("prompt: '{% if 1 %}x{% endif %}'\n", "prompt: '{%  if 1  %}x{%endif%}'\n", []),
    ("prompt: '{{ \"x\" }}'\n", "prompt: \"{{ 'x' }}\"\n", []),
    ("prompt: a\n", "prompt: 'a{# a note #}'\n", []),
    ("prompt: |\n  a\n", "prompt: |+\n  a\n", []),
    ("prompt: 'a {{ 1 }}'\n", "prompt: 'a   {{- \" \" }}{{ 1 }}'\n", [("expression", Risk.WORDING)]),
    ("prompt: '{{ 1 }} b'\n", "prompt: '{{ 1 -}} b'\n", [("wording", Risk.WORDING)]),
    ("prompt: a\ntemplate: {lstrip_blocks: true}\n", "prompt: a\n", []),
    ("prompt: |\n  {% if 1 %}\n  x{% endif %}\n", "prompt: |\n  {% if 1 %}\n  x{% endif %}\ntemplate: {trim_blocks: true}\n", [("wording", Risk.WORDING)]),
    ("prompt: a\nmetadata: {x: 1, y: 2}\n", "prompt: a\nmetadata: {y: 2, x: 1}\n", []),
    ("prompt: a\nvariables: {x: any, y: any}\n", "prompt: a\nvariables: {y: any, x: any}\n", []),
    (V.format("{enum: [a, b]}"), V.format("{enum: [b, a]}"), []),
    # Messages.
    ("messages: [{role: user, content: a}, {role: assistant, content: b}]\n", "messages: [{role: assistant, content: b}, {role: user, content: a}]\n", [("messages-reordered", Risk.BEHAVIOURAL)]),
    ("messages: [{role: user, content: a}]\nvariables: {h: messages}\n", "messages: [{insert: h}, {role: user, content: a}]\nvariables: {h: messages}\n", [("message-added", Risk.BEHAVIOURAL)]),
    ("messages: [{role: user, content: a}]\n", "messages: [{role: user, content: [{text: a}]}]\n", [("message-form", Risk.NONE)]),
    ("messages: [{role: user, content: [{text: a}, {image: b}]}]\n", 'messages: [{role: user, content: "a\\n[image] b"}]\n', [("parts", Risk.BEHAVIOURAL)]),
    ("messages: [{role: user, content: [{text: a}, {image: b}]}]\n", "messages: [{role: user, content: [{text: a}, {file: b}]}]\n", [("parts", Risk.BEHAVIOURAL)]),
    ("messages: [{role: user, content: [{text: a}, {image: b, detail: high}]}]\n", "messages: [{role: user, content: [{text: a}, {image: b, media_type: high}]}]\n", [("part-setting", Risk.BEHAVIOURAL)]),
    # Logic, includes, other template languages.
    ("prompt: '{% for x in [1] %}y{% endfor %}'\n", "prompt: '{% for x in [1, 2] %}y{% endfor %}'\n", [("logic", Risk.BEHAVIOURAL)]),
    ("prompt: '{tone} a'\nvariables: {tone: string}\n", "prompt: '{{ tone }} a'\nvariables: {tone: string}\n", [("template-language", Risk.BEHAVIOURAL)]),
    ("prompt: '${tone} a'\nvariables: {tone: string}\n", "prompt: '{{ tone }} a'\nvariables: {tone: string}\n", [("template-language", Risk.BEHAVIOURAL)]),
    ("prompt: '{% include \"v\" ignore missing %}a'\n", "prompt: 'a'\n", [("include", Risk.BEHAVIOURAL)]),
    ("prompt: '{{ a }}'\nvariables: {a: any}\n", "prompt: '{{ a | upper }}'\nvariables: {a: any}\n", [("expression", Risk.WORDING)]),
    # What a program may look for.
    ("prompt: Answer in <answer> tags.\n", "prompt: Answer in <reply> tags.\n", [("output-contract", Risk.BEHAVIOURAL), ("wording", Risk.WORDING)]),
    ("prompt: |\n  ```bash\n  x\n  ```\n", "prompt: |\n  ```sh\n  x\n  ```\n", [("output-contract", Risk.BEHAVIOURAL), ("wording", Risk.WORDING)]),
    ("prompt: 'Give {\"reply\": 1}'\n", "prompt: 'Give {\"answer\": 1}'\n", [("output-contract", Risk.BEHAVIOURAL), ("wording", Risk.WORDING)]),
    ("prompt: |\n  Say\n  FINAL ANSWER:\n  now\n", "prompt: |\n  Say\n  FINAL RESULT:\n  now\n", [("output-contract", Risk.BEHAVIOURAL), ("wording", Risk.WORDING)]),
    ('prompt: Say "APPROVED" or no.\n', 'prompt: Say "ACCEPTED" or no.\n', [("output-contract", Risk.BEHAVIOURAL), ("wording", Risk.WORDING)]),
    # Variables.
    ("variables: {name: string}\nprompt: 'Hi {{ name }}'\n", "variables: {customer: string}\nprompt: 'Hi {{ customer }}'\n", [("variable-renamed", Risk.BREAKING), ("expression", Risk.WORDING)]),
    ("variables: {name: string}\nprompt: 'Hi {{ name }}'\n", "variables: {other: integer}\nprompt: 'Hi {{ other }}'\n", [("variable-removed", Risk.BREAKING), ("variable-added", Risk.BREAKING), ("expression", Risk.WORDING)]),
    ("variables: {vip: {default: false}}\nprompt: '{% if vip %}x{% endif %}'\n", "variables: {vip: {default: true}}\nprompt: '{% if vip %}x{% endif %}'\n", [("variable-default", Risk.BEHAVIOURAL)]),
    (V.format("{type: integer, minimum: 1}"), V.format("{type: integer, minimum: 0}"), [("variable-widened", Risk.NONE)]),
    (V.format("{type: object, required: [a, b]}"), V.format("{type: object, required: [a]}"), [("variable-widened", Risk.NONE)]),
    (V.format("{type: object, required: [a]}"), V.format("{type: object, required: [a, b]}"), [("variable-narrowed", Risk.BREAKING)]),
    (V.format("{untrusted: true}"), V.format("any"), [("variable-untrusted", Risk.NONE)]),
    # What can no longer be rendered.
    ("prompt: a\n", "prompt: 'a {{ oops }}'\n", [("unrenderable", Risk.BREAKING), ("expression", Risk.WORDING)]),
    ("prompt: a\n", "prompt: 'a {{ oops'\n", [("unrenderable", Risk.BREAKING), ("wording", Risk.WORDING)]),
    ("prompt: '{{ 1 }}'\n", "prompt: '{{ 1 | nofilter }}'\n", [("unrenderable", Risk.BREAKING), ("expression", Risk.WORDING)]),
    ("prompt: a\n", "prompt: '{% include \"none.md\" %}'\n", [("unrenderable", Risk.BREAKING), ("include", Risk.BEHAVIOURAL)]),
    # The answer and the tools: what the new side allows must fit the old one.
    (OUTPUT.format("{type: object, properties: {a: {type: string}}, required: [a]}"), OUTPUT.format("{type: object, properties: {a: {type: string}}}"), [("output-schema", Risk.BREAKING)]),
    (OUTPUT.format("{type: object, properties: {a: {type: string}}}"), OUTPUT.format("{type: object, properties: {a: {type: string}}, required: [a]}"), [("output-schema", Risk.BEHAVIOURAL)]),
    (OUTPUT.format("{type: string, enum: [a]}"), OUTPUT.format("{type: string, enum: [a, b]}"), [("output-schema", Risk.BREAKING)]),
    (OUTPUT.format("{type: string, enum: [a, b]}"), OUTPUT.format("{type: string, enum: [a]}"), [("output-schema", Risk.BEHAVIOURAL)]),
    (OUTPUT.format("{type: object, description: x}"), OUTPUT.format("{type: object, description: y}"), [("output-schema", Risk.BEHAVIOURAL)]),
    (OUTPUT.format("{type: object}"), "prompt: a\noutput: {format: json}\n", [("output-schema", Risk.BREAKING)]),
    (TOOL.format("{type: object, properties: {a: {type: string}}, additionalProperties: false}"), TOOL.format("{type: object, properties: {a: {type: string}, b: {type: string}}, additionalProperties: false}"), [("tool-changed", Risk.BREAKING)]),
    (TOOL.format("{type: object, properties: {a: {type: string}}}"), TOOL.format("{type: object, properties: {a: {type: string, enum: [x]}}}"), [("tool-changed", Risk.BEHAVIOURAL)]),
    ("prompt: a\ntools: [{name: t}, {name: u}]\n", "prompt: a\ntools: [{name: u}, {name: t}]\n", [("tools-reordered", Risk.BEHAVIOURAL)]),
    # Examples.
    ("prompt: a\nexamples: [{user: a, assistant: b}, {user: c, assistant: d}]\n", "prompt: a\nexamples: [{user: c, assistant: d}]\n", [("example-removed", Risk.WORDING)]),
    ("prompt: a\nexamples: [{user: a, assistant: b}, {user: c, assistant: d}]\n", "prompt: a\nexamples: [{user: c, assistant: d}, {user: a, assistant: b}]\n", [("examples-reordered", Risk.WORDING)]),
]  # fmt: skip
