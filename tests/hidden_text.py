"""PDFs that hold a text and don't show it, one for each way of hiding, and PDFs that do show it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import lying_fonts
import numpy as np
import pymupdf
from documents import HEIGHT, WIDTH
from PIL import Image

Hide = Callable[[Any, Any, str], None]
"""Puts a text into a document's page."""

PLACE = (60.0, 400.0, 560.0, 430.0)
"""Where the text stands, if it stands anywhere."""
AT = (72, 418)
SIZE = 8.0
BLUE = (0.2, 0.3, 0.5)


def paper(fields: dict[str, str], hide: Hide, text: str, *, turn: int = 0) -> bytes:
    """Return a PDF whose page shows `fields`, a line each, and in which `text` is hidden."""
    with pymupdf.open() as made:
        page = made.new_page(width=WIDTH, height=HEIGHT)
        for row, (name, value) in enumerate(fields.items()):
            page.insert_text((72, 100 + 24 * row), f"{name}: {value}", fontsize=12)
        hide(made, page, text)
        if turn:
            page.set_rotation(turn)
        return bytes(made.tobytes(no_new_id=True))


def _put(page: Any, text: str, **how: Any) -> None:
    page.insert_text(AT, text, **{"fontsize": SIZE, **how})


def white(_: Any, page: Any, text: str) -> None:
    _put(page, text, color=(1, 1, 1))


def nearly_white(_: Any, page: Any, text: str) -> None:
    _put(page, text, color=(0.99, 1, 0.985))


def on_its_colour(_: Any, page: Any, text: str) -> None:
    page.draw_rect(PLACE, color=None, fill=BLUE)
    _put(page, text, color=BLUE)


def tiny(_: Any, page: Any, text: str) -> None:
    _put(page, text, fontsize=1)


def shrunk(_: Any, page: Any, text: str) -> None:
    matrix = pymupdf.Matrix(0.06, 0.06)
    _put(page, text, fontsize=12, morph=(pymupdf.Point(AT), matrix))


def beside_the_page(_: Any, page: Any, text: str) -> None:
    page.insert_text((WIDTH + 40, 300), text)


def above_the_page(_: Any, page: Any, text: str) -> None:
    page.insert_text((72, -30), text)


def outside_of_the_crop(_: Any, page: Any, text: str) -> None:
    page.insert_text((72, 800), text)
    page.set_cropbox(pymupdf.Rect(0, 0, WIDTH, 700))


def invisible(_: Any, page: Any, text: str) -> None:
    _put(page, text, render_mode=3)


def only_a_clip(_: Any, page: Any, text: str) -> None:
    _put(page, text, render_mode=7)


def transparent(_: Any, page: Any, text: str) -> None:
    _put(page, text, fill_opacity=0, stroke_opacity=0)


def under_a_rectangle(_: Any, page: Any, text: str) -> None:
    _put(page, text)
    page.draw_rect(PLACE, color=None, fill=(1, 1, 1))


def under_a_picture(_: Any, page: Any, text: str) -> None:
    _put(page, text)
    noise = np.random.default_rng(1).integers(0, 255, (15, 250, 3), dtype=np.uint8)
    page.insert_image(PLACE, stream=_png(noise), keep_proportion=False)


def on_a_picture_of_its_colour(_: Any, page: Any, text: str) -> None:
    grey = np.full((15, 250, 3), 200, dtype=np.uint8)
    page.insert_image(PLACE, stream=_png(grey), keep_proportion=False)
    _put(page, text, color=(200 / 255,) * 3)


def under_a_shade(document: Any, page: Any, text: str) -> None:
    _put(page, text)
    shade = _object(
        document,
        "<</ShadingType 2 /ColorSpace /DeviceRGB /Coords [0 0 600 0] /Extend [true true] /Function "
        "<</FunctionType 2 /Domain [0 1] /C0 [1 1 1] /C1 [.9 .9 1] /N 1>>>>",
    )
    document.xref_set_key(_resources(document, page), "Shading", f"<</S1 {shade} 0 R>>")
    _append(document, page, b"q 60 412 500 30 re W n /S1 sh Q")


def blended_away(document: Any, page: Any, text: str) -> None:
    """Black that only lightens what is white already."""
    page.draw_rect(PLACE, color=None, fill=(1, 1, 1))
    _put(page, "")
    state = _object(document, "<</Type /ExtGState /BM /Screen>>")
    document.xref_set_key(_resources(document, page), "ExtGState", f"<</G1 {state} 0 R>>")
    _append(document, page, b"q /G1 gs BT /helv 8 Tf 72 424 Td (" + _raw(text) + b") Tj ET Q")


def cut_away(document: Any, page: Any, text: str) -> None:
    _put(page, "")
    _append(
        document, page, b"q 0 0 1 1 re W n BT /helv 8 Tf 72 424 Td (" + _raw(text) + b") Tj ET Q"
    )


def behind_other_text(_: Any, page: Any, text: str) -> None:
    page.insert_text((72, 100), text, fontsize=12, color=(1, 1, 1))


def invisible_behind_other_text(_: Any, page: Any, text: str) -> None:
    page.insert_text((72, 100), text, fontsize=12, render_mode=3)


def in_a_layer_that_is_off(document: Any, page: Any, text: str) -> None:
    _put(page, text, oc=document.add_ocg("layer", on=False))


def in_a_lying_font(document: Any, page: Any, text: str) -> None:
    said = lying_fonts.DIGITS | lying_fonts.LETTERS
    shown = {other: one for one, other in said.items()}
    shows = "".join(shown.get(each, each) for each in text)
    lying_fonts.put(document, page, AT, shows, said, size=SIZE)


def in_a_white_comment(_: Any, page: Any, text: str) -> None:
    page.add_freetext_annot(PLACE, text, fontsize=SIZE, text_color=(1, 1, 1), fill_color=(1, 1, 1))


def in_a_white_field(_: Any, page: Any, text: str) -> None:
    field = pymupdf.Widget()
    field.field_name = "note"
    field.field_type = pymupdf.PDF_WIDGET_TYPE_TEXT
    field.field_value = text
    field.text_fontsize = SIZE
    field.text_color = (1, 1, 1)
    field.rect = pymupdf.Rect(PLACE)
    page.add_widget(field)


def in_a_sticky_note(_: Any, page: Any, text: str) -> None:
    page.add_text_annot(AT, text)


def in_the_metadata(document: Any, _: Any, text: str) -> None:
    document.set_metadata({"title": text, "subject": text, "keywords": text, "author": text})


def in_a_bookmark(document: Any, _: Any, text: str) -> None:
    document.set_toc([[1, text, 1]])


def in_a_file_inside(document: Any, _: Any, text: str) -> None:
    document.embfile_add("note.txt", text.encode(), filename=f"{text[:30]}.txt", desc=text)


def in_place_of_another(document: Any, page: Any, text: str) -> None:
    """Given as what a number reads as, where the page shows the number."""
    _put(page, "")
    given = b"/Span <</ActualText (" + _raw(text) + b")>> BDC BT /helv 8 Tf 72 424 Td "
    _append(document, page, given + b"(118.00) Tj ET EMC")


HIDDEN = {
    each.__name__: each
    for each in (
        white,
        nearly_white,
        on_its_colour,
        tiny,
        shrunk,
        beside_the_page,
        above_the_page,
        outside_of_the_crop,
        invisible,
        only_a_clip,
        transparent,
        under_a_rectangle,
        under_a_picture,
        on_a_picture_of_its_colour,
        under_a_shade,
        blended_away,
        cut_away,
        behind_other_text,
        invisible_behind_other_text,
        in_a_lying_font,
        in_a_white_comment,
        in_a_white_field,
    )
}
"""Ways to have a text on a page so that nobody sees it."""
NOT_ON_PAGE = {
    each.__name__: each
    for each in (
        in_a_layer_that_is_off,
        in_a_sticky_note,
        in_the_metadata,
        in_a_bookmark,
        in_a_file_inside,
    )
}
"""Ways to have it in the file where it is never read."""


def plain(_: Any, page: Any, text: str) -> None:
    _put(page, text)


def white_on_dark(_: Any, page: Any, text: str) -> None:
    page.draw_rect(PLACE, color=None, fill=BLUE)
    _put(page, text, color=(1, 1, 1))


def on_a_picture(_: Any, page: Any, text: str) -> None:
    grey = np.full((15, 250, 3), 200, dtype=np.uint8)
    page.insert_image(PLACE, stream=_png(grey), keep_proportion=False)
    _put(page, text)


def light_grey(_: Any, page: Any, text: str) -> None:
    _put(page, text, color=(0.75, 0.75, 0.75))


def under_a_glaze(_: Any, page: Any, text: str) -> None:
    _put(page, text)
    page.draw_rect(PLACE, color=None, fill=(1, 1, 0), fill_opacity=0.3)


def small_print(_: Any, page: Any, text: str) -> None:
    _put(page, text, fontsize=4)


def outlined(_: Any, page: Any, text: str) -> None:
    _put(page, text, render_mode=1)


def in_a_comment(_: Any, page: Any, text: str) -> None:
    page.add_freetext_annot(PLACE, text, fontsize=SIZE)


def on_a_striped_table(_: Any, page: Any, text: str) -> None:
    for row in range(8):
        y = 380 + 10 * row
        page.draw_rect((60, y, 560, y + 10), color=None, fill=(0.9 if row % 2 else 1,) * 3)
    _put(page, text)


SHOWN = {
    each.__name__: each
    for each in (
        plain,
        white_on_dark,
        on_a_picture,
        light_grey,
        under_a_glaze,
        small_print,
        outlined,
        in_a_comment,
        on_a_striped_table,
    )
}
"""Ways to show a text that look like ways to hide it."""


def _png(pixels: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def _raw(text: str) -> bytes:
    return text.encode("latin-1", "replace").replace(b"(", b"").replace(b")", b"")


def _object(document: Any, source: str) -> int:
    xref = int(document.get_new_xref())
    document.update_object(xref, source)
    return xref


def _resources(document: Any, page: Any) -> int:
    return int(document.xref_get_key(page.xref, "Resources")[1].split()[0])


def _append(document: Any, page: Any, content: bytes) -> None:
    """Draw something more, at the end of a page."""
    xref = _object(document, "<<>>")
    document.update_stream(xref, content)
    every = " ".join(f"{each} 0 R" for each in [*page.get_contents(), xref])
    document.xref_set_key(page.xref, "Contents", f"[{every}]")
