"""The strings of an answer are found in its text, so that their tokens can be."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from extractors.asking.json_spans import json_spans

FOUND = {
    "a string": ('{"total": "12.50"}', {"total": "12.50"}),
    "no white space": ('{"a":"x","b":"y"}', {"a": "x", "b": "y"}),
    "much white space": ('\n{ "a" :\n\t"x" }', {"a": "x"}),
    "in an object": ('{"seller": {"name": "ACME"}}', {"seller.name": "ACME"}),
    "in a list": (
        '{"items": [{"unit": "kg"}, {"unit": "h"}]}',
        {"items[0].unit": "kg", "items[1].unit": "h"},
    ),
    "list of strings": ('{"tags": ["a", "b"]}', {"tags[0]": "a", "tags[1]": "b"}),
    "null, numbers and truth are passed over": (
        '{"a": null, "b": 12.5e3, "c": true, "d": "x", "e": -1}',
        {"d": "x"},
    ),
    "empty string": ('{"a": ""}', {"a": ""}),
    "nothing in it": ("{}", {}),
    "quotes and braces within": (r'{"a": "}\"{", "b": "]"}', {"a": r"}\"{", "b": "]"}),
    "key with an escape": (r'{"a\"b": "x"}', {'a"b': "x"}),
    "words before and after": ('Here it is:\n{"a": "x"}\nThat is all.', {"a": "x"}),
    "in a Markdown fence": ('```json\n{"a": "x"}\n```', {"a": "x"}),
    "cut off": ('{"a": "x", "b": "y', {"a": "x"}),
    "cut off behind a colon": ('{"a": "x", "b":', {"a": "x"}),
    "a list at the top": ('["x"]', {"[0]": "x"}),
    "no JSON": ("I am sorry.", {}),
    "nothing": ("", {}),
    "closed by the other bracket": ('{"a": ["x"}', {"a[0]": "x"}),
    "bracket that nothing closes": ("[}", {}),
}


@pytest.mark.parametrize(("text", "found"), FOUND.values(), ids=FOUND)
def test_strings_by_path(text, found):
    assert {path: text[start:end] for path, (start, end) in json_spans(text).items()} == found


KEYS = st.text("abcxyz_äé", min_size=1, max_size=8)
JSON = st.recursive(
    st.text() | st.none() | st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def strings_of(value, path=""):
    if isinstance(value, str):
        return {path: value}
    if isinstance(value, dict):
        parts = [(f"{path}.{key}" if path else key, each) for key, each in value.items()]
    elif isinstance(value, list):
        parts = [(f"{path}[{index}]", each) for index, each in enumerate(value)]
    else:
        return {}
    return {key: text for at, each in parts for key, text in strings_of(each, at).items()}


@settings(deadline=None)
@given(
    st.dictionaries(KEYS, JSON, max_size=5),
    st.booleans(),
    st.sampled_from([None, 2]),
    st.sampled_from(["", "Sure: ", "\n"]),
)
def test_what_stands_at_a_span_decodes_to_the_value(value, ascii_only, indent, before):
    text = before + json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    spans = json_spans(text)
    assert {path: json.loads(f'"{text[start:end]}"') for path, (start, end) in spans.items()} == (
        strings_of(value)
    )


@settings(deadline=None)
@given(st.text('{}[]":, \nax1\\', max_size=30))
@example("[}")
@example("{}}")
@example('{"a":]')
def test_any_text_comes_to_an_end(text):
    assert all(0 <= start <= end <= len(text) for start, end in json_spans(text).values())
