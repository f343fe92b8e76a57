"""RapidOCR: PP-OCR's models in onnxruntime, from PyPI alone; its wheel carries the models."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractors.ocr.engine import EngineError, Seen

if TYPE_CHECKING:
    from extractors.ocr.picture import Pixels

MODELS = {"Det": "PP-OCRv6_det_small.onnx", "Rec": "PP-OCRv6_rec_small.onnx"}
"""Named as files, because a model that is named otherwise and isn't there would be downloaded."""
LONGEST_PX = 2000
"""A picture's longer side; RapidOCR makes a larger one smaller."""
LEAST_CONFIDENCE = 0.3
"""Of a line; what is less sure is no text."""

GLUED = re.compile(
    r"(?<=\d[/.-]\d{4})(?=\d\d:\d\d)|(?<=[^\W\d_]{3})(?=\d{1,2}([/.-])\d{1,2}\1(?:\d{2}|\d{4})(?!\d))"
)
"""`18/06/201808:18` and `Printed18/06/2018`"""


class RapidOcr:
    """RapidOCR with the models of its wheel."""

    name = "rapidocr"

    def see(self, picture: Pixels) -> list[Seen]:
        """Return the words of a picture.

        Raises:
            EngineError: it failed, or its models aren't there.
        """
        import cv2  # noqa: PLC0415

        try:
            found = _reader()(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR))
        except Exception as error:  # it has no tree of errors
            raise EngineError(f"failed: RapidOCR said {str(error)[-200:]!r}") from error
        if found.boxes is None or not found.word_results:
            return []
        return [
            word
            for line, parts in enumerate(found.word_results)
            for word in _words(line, parts, found.txts[line])
        ]


def is_installed() -> bool:
    """Say whether the package and its models are there."""
    spec = find_spec("rapidocr")
    return spec is not None and all(path.is_file() for path in _models(spec.origin).values())


def _models(origin: str | None) -> dict[str, Path]:
    return {name: Path(origin or "").parent / "models" / file for name, file in MODELS.items()}


@cache
def _reader() -> Any:
    import rapidocr  # noqa: PLC0415 - slow to import, and only pages without text need it

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    paths = _models(rapidocr.__file__)
    for path in paths.values():
        if not path.is_file():
            raise EngineError(f"lacks the model {path.name}: install rapidocr again")
    return rapidocr.RapidOCR(
        params={
            **{f"{name}.model_path": str(path) for name, path in paths.items()},
            "Global.log_level": "error",
            "Global.use_cls": False,  # which way is up is found out for every engine alike
            "Global.max_side_len": LONGEST_PX,
            "Global.text_score": LEAST_CONFIDENCE,
            "Global.return_word_box": True,
            "Global.return_single_char_box": True,
            # pages are read beside each other
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _words(line: int, parts: Sequence[Any], text: str) -> Iterator[Seen]:
    """Part a line into words: its characters have boxes, its text has the blanks."""
    places = iter(parts)
    word: list[Any] = []
    for char in [*unglued(text), " "]:
        if not char.isspace():
            word.append(next(places, None))
            continue
        known = [each for each in word if each is not None]
        if known:
            yield _word(line, known)
        word = []


def unglued(text: str) -> str:
    """Return a line with a blank before a date or a time that stands close behind something."""
    return GLUED.sub(" ", text)


def _word(line: int, parts: Sequence[Any]) -> Seen:
    xs = [float(x) for _, _, box in parts for x, _ in box]
    ys = [float(y) for _, _, box in parts for _, y in box]
    return Seen(
        text="".join(char for char, _, _ in parts),
        x0=min(xs),
        y0=min(ys),
        x1=max(xs),
        y1=max(ys),
        confidence=min(float(confidence) for _, confidence, _ in parts),
        line=line,
    )
