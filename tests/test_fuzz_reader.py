"""Whatever the bytes of a file, it is read or refused in words; nothing else comes of it."""

from __future__ import annotations

import functools
import zlib

from documents import encrypted, joined, letter, picture, scan, turned
from fuzzing import FUZZ
from hidden_text import HIDDEN, SHOWN, paper
from hostile_files import raw_pdf
from hypothesis import example, given
from hypothesis import strategies as st

from extractors.hostile import hostile_doubts
from extractors.layout import lines_of
from extractors.read import read_document
from schemas.document import Document
from schemas.errors import UnreadableError
from schemas.limits import Limits

LIMITS = Limits(pages=50, words=5_000, objects=5_000, megapixels=5, file_mib=1)
FIELDS = {"number": "A-1", "total": "119.00"}


@functools.cache
def seeds() -> tuple[bytes, ...]:
    plain = paper(FIELDS, SHOWN["plain"], "a few words more")
    hidden = [paper(FIELDS, hide, "SECRET", turn=90 * n) for n, hide in enumerate(HIDDEN.values())]
    return (
        plain,
        turned(plain, 90),
        joined(plain, letter("second")),
        scan(plain),
        encrypted(plain, ""),
        picture(plain),
        picture(plain, "jpg"),
        raw_pdf(),
        *hidden,
    )


def outcome(data: bytes) -> Document | str:
    """Return the document, or why it can't be read; what was read is sound."""
    try:
        document = read_document(data, limits=LIMITS)
    except UnreadableError as error:
        return refused(str(error))
    assert Document.model_validate_json(document.model_dump_json()).id == document.id
    assert len(list(hostile_doubts(document))) <= 2
    assert len(lines_of(document)) == sum(len(page.rows) for page in document.pages)
    return document


def refused(reason: str) -> str:
    assert 10 < len(reason) < 600
    return reason


changes = st.lists(
    st.tuples(
        st.integers(0, 2**31),
        st.one_of(
            st.binary(max_size=4),
            st.sampled_from(
                [
                    b"-1",
                    b"0",
                    b"99999999999",
                    b"nan",
                    b"/Kids",
                    b"endobj",
                    b"<<",
                    b"]",
                    b"3 0 R",
                    b"1e38",
                ]
            ),
        ),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


@FUZZ
@given(st.integers(0, 10_000), changes, st.integers(0, 2**31) | st.none())
def test_a_changed_file_is_read_or_refused(which, changed, cut):
    data = bytearray(seeds()[which % len(seeds())])
    for at, new, instead in changed:
        place = at % len(data)
        data[place : place + (len(new) if instead else 0)] = new
    outcome(bytes(data[: cut % len(data)] if cut is not None else data))


NUMBER = st.one_of(
    st.integers(-1000, 1000).map(str),
    st.floats(allow_nan=False, width=32).map(lambda value: f"{value:.9g}"),
    st.sampled_from(["0", "1e38", "-1e38", "99999999999999999999", "1e-30"]),
)
NAMES = ["/F1", "/F9", "/N", "/DeviceRGB", "/Pattern"]
OPERATORS = [
    "q", "Q", "cm", "re", "W", "W*", "n", "f", "B", "S", "m", "l", "c", "BT", "ET", "Td", "Tm",
    "Tr", "Ts", "Tz", "TL", "Tw", "Tc", "g", "rg", "k", "gs", "Do", "sh", "BX", "d0", "d1", "cs",
    "scn", "w",
]  # fmt: skip
OPERAND = st.one_of(
    NUMBER, st.sampled_from(NAMES), st.just("(text 1.00) Tj"), st.just("[(a) -9e9 (b)] TJ")
)
CONTENT = st.lists(
    st.tuples(st.lists(OPERAND, max_size=6), st.sampled_from(OPERATORS)), max_size=40
).map(lambda parts: " ".join(" ".join([*given, operator]) for given, operator in parts))


@FUZZ
@given(CONTENT, st.lists(NUMBER, min_size=4, max_size=4))
@example("BT /F1 0 Tf (text) Tj ET", ["0", "0", "0", "0"])
@example("1e38 0 0 1e38 0 0 cm BT /F1 12 Tf (text) Tj ET", ["0", "0", "600", "800"])
def test_any_page_content_is_read_or_refused(content, box):
    text = f"BT /F1 12 Tf 72 700 Td (number: A-1) Tj ET {content}"
    packed = zlib.compress(text.encode("latin-1", "replace"))
    outcome(raw_pdf(content=packed, box=" ".join(box)))


@FUZZ
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"%PDF-1.4\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"]),
)
def test_any_bytes_are_read_or_refused(data, begin):
    outcome(begin + data)
