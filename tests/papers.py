"""Small papers for whole runs: a type of their own, PDFs, and a model that reads them off.

A note is a page of lines `field: value`. The model that `read_off` plays copies each value, so a
test says with the paper itself what the model answers; `unsaid` it makes up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas
from scripted_replies import Request

NOTE = """\
---
name: note
title: Note
fields:
  number: {kind: identifier, description: number of the note}
  day: {kind: date, description: day of the note}
  total: {kind: amount, description: total of the note}
policy:
  require: [number]
  review: [day, total]
---
Copy what the note says.
"""
MADE_UP = "999.99"


def write_note_type(folder: Path, prompt: str = "") -> Path:
    """Write the type's file, with more instructions than usual if any are given."""
    path = folder / "note.md"
    path.write_text(NOTE + prompt, encoding="utf-8")
    return path


def write_note(path: Path, *, password: str = "", **fields: str) -> Path:
    """Write a PDF that says `fields`, a line each; without any, its page is blank."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = StandardEncryption(password, ownerPassword="owner") if password else None
    canvas = Canvas(str(path), encrypt=lock, invariant=True)
    for row, (name, value) in enumerate(fields.items()):
        canvas.drawString(72, 720 - 24 * row, f"{name}: {value}")
    canvas.showPage()
    canvas.save()
    return path


def read_off(request: Request) -> Mapping[str, str | None]:
    """Answer what stands on the page; of `unsaid: total` make up a total."""
    told = dict(re.findall(r"^(\w+): (.+)$", request.prompt, re.MULTILINE))
    made_up = {told.get("unsaid", ""): MADE_UP}
    return {name: made_up.get(name, told.get(name)) for name in request.schema["properties"]}
