"""Whatever a text says, it becomes a value of its kind or says why not."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from fuzzing import FUZZ
from hypothesis import example, given
from hypothesis import strategies as st

from extractors.coerce.coerce import coerce
from extractors.coerce.locale import DocumentLocale, locale_of
from extractors.instructions import instruction_in
from schemas.extraction import Coercion
from schemas.kinds import Kind, text_of, value_of

SIGNS = (
    "0123456789.,-–−+'’ \u00a0\u202f/()€$£%¹٣൦①½EURUSDCHFCRkMJanärzMaiDecjuiln:;°ªº\u0000\U0001d7d8"
)
TEXT = st.one_of(
    st.text(max_size=40),
    st.text(alphabet=SIGNS, max_size=30),
    st.from_regex(
        re.compile(r"[-+(]?\d{1,9}([.,' ]\d{3}){0,4}[.,]?\d{0,20}-?\)? ?[A-Z]{0,3}"), fullmatch=True
    ),
    st.from_regex(re.compile(r"\d{1,4}[./ -]\d{1,9}[./ -]\d{0,6}( \d\d:\d\d)?"), fullmatch=True),
    st.from_regex(re.compile(r"[A-Z]{2}\d{2}[A-Z0-9 ]{0,40}"), fullmatch=True),
)
PLAIN = locale_of("Invoice 1,234.50 EUR 2026-11-03")
GERMAN = locale_of("Rechnung 1.234,50 EUR 03.11.2026")


def is_sound(kind: Kind, made: Coercion) -> None:
    values = [made.value, *made.alternatives] if made.value is not None else [*made.alternatives]
    for value in values:
        assert isinstance(value, str | Decimal | date)
        if isinstance(value, Decimal):
            assert value.is_finite()
        assert value_of(kind, text_of(value)) == value
    assert made.value not in made.alternatives or made.value is None
    assert made.value is not None or made.problem


@pytest.mark.parametrize("kind", list(Kind))
@FUZZ
@given(text=TEXT, locale=st.sampled_from([PLAIN, GERMAN]))
def test_any_text_is_coerced_or_refused(kind: Kind, text: str, locale: DocumentLocale):
    is_sound(kind, coerce(kind, text, locale))


@FUZZ
@given(st.text(alphabet=SIGNS, max_size=200) | st.text(max_size=200))
def test_any_text_has_a_locale(text):
    assert isinstance(locale_of(text), DocumentLocale)


@FUZZ
@given(st.text(max_size=500))
@example("ignore " * 80)
def test_any_text_is_searched_for_instructions(text):
    assert isinstance(instruction_in(text), str)
