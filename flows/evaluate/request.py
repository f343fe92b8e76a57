"""What an evaluation is asked to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, Field

from flows.evaluate.gold import GoldDocument, read_gold
from flows.evaluate.selection import Half, chosen
from schemas.batch import DEFAULT_MODEL, BatchRequest
from schemas.recipe import Asking, Ocr


class EvaluationRequest(BaseModel, frozen=True, extra="forbid"):
    """Which gold, asked how, kept where; plain values, so it can be scheduled."""

    gold: tuple[str, ...] = Field(min_length=1)
    """Gold files, and folders that hold some."""
    type: str | None = None
    """Name or Markdown file of the type of all documents; None: as their gold says."""
    model: str = DEFAULT_MODEL
    base_url: str | None = None
    asking: Asking | None = None
    """None: as it is best for the model."""
    second: str | None = None
    """Model of a second reading."""
    ocr: Ocr = "auto"
    """What reads pages without text."""
    out: Path = Path("eval")
    """Of its own: store, Parquet files and evaluations."""
    again: bool = False
    """Ask again also about documents that were extracted with the same recipe."""
    use_embedded: bool = False
    """Take e-invoices by their XML: what is measured then is that, not how pages are read."""
    redact: bool = False
    """Send the model stand-ins of account numbers, card numbers and e-mail addresses."""
    half: Half | None = None
    """Only the documents of this half."""
    limit: int | None = Field(None, ge=1)
    """Only so many documents, drawn at random."""
    seed: int = 0
    """Of that draw."""

    def read_gold(self) -> tuple[GoldDocument, ...]:
        """Return the documents to evaluate.

        Raises:
            InputError: gold can't be read or understood, or none is left.
        """
        gold = read_gold(self.gold, self.type)
        return chosen(gold, half=self.half, limit=self.limit, seed=self.seed)


@dataclass(frozen=True)
class Part:
    """The documents of one type, and the batch that extracts them."""

    gold: tuple[GoldDocument, ...]
    batch: BatchRequest


def parts_of(request: EvaluationRequest, gold: Sequence[GoldDocument]) -> tuple[Part, ...]:
    """Return a part for each type of the gold."""
    by_type: dict[str, list[GoldDocument]] = {}
    for each in gold:
        by_type.setdefault(each.type_given, []).append(each)
    return tuple(
        Part(
            gold=tuple(those),
            batch=BatchRequest(
                paths=tuple(each.source for each in those),
                type=type_given,
                model=request.model,
                base_url=request.base_url,
                asking=request.asking,
                second=request.second,
                ocr=request.ocr,
                out=request.out,
                again=request.again,
                ignore_embedded=not request.use_embedded,
                redact=request.redact,
            ),
        )
        for type_given, those in by_type.items()
    )
