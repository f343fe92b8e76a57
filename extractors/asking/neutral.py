"""A document's text so that no server and no model takes a part of it for something else.

A server of llama.cpp reads the control tokens of a chat template wherever they stand, also in the
midst of a document: `<|im_end|>` would end the message. And a line of `=====` looks like our mark.
Only what the model is shown is changed; the words on the pages stay what they are.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"<(?=[|/!\uff5c<\[]|[A-Za-z_]|\u2581)"  # <|im_end|>, </s>, <s>, <start_of_turn>, <｜User｜>
)
_CLOSED = re.compile(r"(?<=[|\uff5c])>")
_BRACKET = re.compile(r"\[(?=/?[A-Z][A-Z_]{2,}\]|/?gMASK\]|/?sMASK\])")  # [INST], [/INST]
_MARK = re.compile(r"={5,}")
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
"""Signs without width, and those that turn the direction: an eye sees none of them."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def neutral(text: str) -> str:
    """Return the text with blanks in what could be a control token, and without unseen signs."""
    text = _CONTROL.sub(" ", _UNSEEN.sub("", text))
    text = _CLOSED.sub(" >", _TOKEN.sub("< ", text))
    return _MARK.sub("====", _BRACKET.sub("[ ", text))
