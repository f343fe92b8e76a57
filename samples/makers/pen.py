"""A pen over reportlab's canvas that measures like a designer: millimetres from the top left."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Literal

from reportlab import rl_config
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from .lettering import Face, load, text_width, wrap

Align = Literal["left", "right", "center"]

A4 = (210.0, 297.0)
LETTER = (215.9, 279.4)

# ASCII85 would make every stream a quarter longer.
rl_config.useA85 = 0


@dataclass(frozen=True)
class Column:
    """A column of a table: its title and its edges in mm."""

    title: str
    left: float
    right: float
    align: Align = "left"

    @property
    def anchor(self) -> float:
        """Where text of this alignment is set."""
        if self.align == "center":
            return (self.left + self.right) / 2
        return self.right if self.align == "right" else self.left


class Pen:
    """Draws one PDF in memory: x runs right and y down, in mm; the y of text is its base line."""

    def __init__(self, size: tuple[float, float], *, title: str, author: str) -> None:
        self.width, self.height = size
        self._file = BytesIO()
        self.canvas = Canvas(
            self._file,
            pagesize=(self.width * mm, self.height * mm),
            invariant=1,
            pageCompression=1,
        )
        self.canvas.setTitle(title)
        self.canvas.setAuthor(author)

    def finish(self) -> bytes:
        """Return the PDF's bytes; the pen draws no more after it."""
        self.canvas.save()
        return self._file.getvalue()

    def turn_page(self) -> None:
        """Go on to a new page."""
        self.canvas.showPage()

    def text(self, x: float, y: float, text: str, face: Face, align: Align = "left") -> float:
        """Write one line and return its width in mm."""
        load(face.font)
        self.canvas.setFont(face.font, face.size)
        self.canvas.setFillColor(HexColor(face.color))
        at = (x * mm, (self.height - y) * mm)
        if align == "right":
            self.canvas.drawRightString(*at, text)
        elif align == "center":
            self.canvas.drawCentredString(*at, text)
        else:
            self.canvas.drawString(*at, text)
        return text_width(text, face)

    def lines(
        self,
        x: float,
        y: float,
        texts: tuple[str, ...] | list[str],
        face: Face,
        align: Align = "left",
    ) -> float:
        """Write lines below one another and return the y of the next."""
        for text in texts:
            self.text(x, y, text, face, align)
            y += face.step
        return y

    def paragraph(self, x: float, y: float, width: float, text: str, face: Face) -> float:
        """Write `text` wrapped to `width` and return the y of the next line."""
        return self.lines(x, y, wrap(text, face, width), face)

    def row(
        self, columns: tuple[Column, ...], cells: tuple[str, ...], y: float, face: Face
    ) -> float:
        """Write a table row, its cells wrapped, and return the y of the next line."""
        return max(
            self.lines(
                column.anchor,
                y,
                wrap(cell, face, column.right - column.left),
                face,
                column.align,
            )
            for column, cell in zip(columns, cells, strict=True)
        )

    def titles(self, columns: tuple[Column, ...], y: float, face: Face) -> None:
        """Write the heads of the columns."""
        for column in columns:
            self.text(column.anchor, y, column.title, face, column.align)

    def rule(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        *,
        width: float = 0.5,
        color: str = "#000000",
        dash: tuple[float, ...] = (),
    ) -> None:
        """Draw a straight line; `width` and `dash` are in points."""
        self.canvas.saveState()
        self.canvas.setLineWidth(width)
        self.canvas.setStrokeColor(HexColor(color))
        if dash:
            self.canvas.setDash(list(dash))
        self.canvas.line(x1 * mm, (self.height - y1) * mm, x2 * mm, (self.height - y2) * mm)
        self.canvas.restoreState()

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = "",
        stroke: str = "",
        line: float = 0.5,
        radius: float = 0,
    ) -> None:
        """Draw a rectangle from its top left corner."""
        self.canvas.saveState()
        self.canvas.setLineWidth(line)
        if fill:
            self.canvas.setFillColor(HexColor(fill))
        if stroke:
            self.canvas.setStrokeColor(HexColor(stroke))
        self.canvas.roundRect(
            x * mm,
            (self.height - y - height) * mm,
            width * mm,
            height * mm,
            radius * mm,
            stroke=int(bool(stroke)),
            fill=int(bool(fill)),
        )
        self.canvas.restoreState()

    def disc(
        self,
        x: float,
        y: float,
        radius: float,
        *,
        fill: str = "",
        stroke: str = "",
        line: float = 0.5,
    ) -> None:
        """Draw a circle around its centre."""
        self.canvas.saveState()
        self.canvas.setLineWidth(line)
        if fill:
            self.canvas.setFillColor(HexColor(fill))
        if stroke:
            self.canvas.setStrokeColor(HexColor(stroke))
        self.canvas.circle(
            x * mm,
            (self.height - y) * mm,
            radius * mm,
            stroke=int(bool(stroke)),
            fill=int(bool(fill)),
        )
        self.canvas.restoreState()

    def shape(
        self,
        points: list[tuple[float, ...]],
        *,
        fill: str = "",
        stroke: str = "",
        line: float = 0.5,
        closed: bool = True,
    ) -> None:
        """Draw through `points`: a pair is a straight step, six numbers a curve to the last two."""
        path: PDFPathObject = self.canvas.beginPath()
        for nth, point in enumerate(points):
            flipped = [
                (value if place % 2 == 0 else self.height - value) * mm
                for place, value in enumerate(point)
            ]
            if nth == 0:
                path.moveTo(*flipped)
            elif len(flipped) == 2:
                path.lineTo(*flipped)
            else:
                path.curveTo(*flipped)
        if closed:
            path.close()
        self.canvas.saveState()
        self.canvas.setLineWidth(line)
        self.canvas.setLineCap(1)
        self.canvas.setLineJoin(1)
        if fill:
            self.canvas.setFillColor(HexColor(fill))
        if stroke:
            self.canvas.setStrokeColor(HexColor(stroke))
        self.canvas.drawPath(path, stroke=int(bool(stroke)), fill=int(bool(fill)))
        self.canvas.restoreState()

    def slanted(
        self,
        x: float,
        y: float,
        text: str,
        face: Face,
        *,
        degrees: float,
        opacity: float = 1,
    ) -> None:
        """Write one line at an angle, counter-clockwise around its centre."""
        load(face.font)
        ink = HexColor(face.color)
        self.canvas.saveState()
        self.canvas.translate(x * mm, (self.height - y) * mm)
        self.canvas.rotate(degrees)
        self.canvas.setFillColor(Color(ink.red, ink.green, ink.blue, alpha=opacity))
        self.canvas.setFont(face.font, face.size)
        self.canvas.drawCentredString(0, 0, text)
        self.canvas.restoreState()

    def picture(self, image: bytes, x: float, y: float, width: float, height: float) -> None:
        """Place a JPEG by its top left corner."""
        self.canvas.drawImage(
            ImageReader(BytesIO(image)),
            x * mm,
            (self.height - y - height) * mm,
            width * mm,
            height * mm,
        )
