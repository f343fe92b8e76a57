"""What an evaluation is asked to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, Field

from flows.evaluate.gold import GoldDocument, read_gold
from flows.evaluate.selection import Half, chosen
from schemas.batch import DEFAULT_MODEL, BatchRequest
from schemas.catalogue import BUILT_IN
from schemas.errors import InputError
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
    """The documents of one type, or files that hold several, and the batch that extracts them."""

    gold: tuple[GoldDocument, ...]
    """All records of a file are in one part."""
    batch: BatchRequest


def parts_of(request: EvaluationRequest, gold: Sequence[GoldDocument]) -> tuple[Part, ...]:
    """Return a part for each type of the gold, and one for files with records of several types.

    For those the model chooses among the types that come with papersift, as in any run.

    Raises:
        InputError: such a file has a record of another type.
    """
    types: dict[str, set[str]] = defaultdict(set)
    for each in gold:
        if each.whole:
            types[each.document_id].add(each.type_given)
    by_type: dict[str | None, list[GoldDocument]] = {}
    for each in gold:
        several = each.whole and len(types[each.document_id]) > 1
        if several and each.type_given not in BUILT_IN:
            raise InputError(
                f"{each.source}: its gold has records of several types, and of those the model "
                f"chooses only among {', '.join(BUILT_IN)}; {each.type_given!r} isn't one of them. "
                "Save its documents as files of their own, each with its gold."
            )
        by_type.setdefault(None if several else each.type_given, []).append(each)
    return tuple(
        Part(
            gold=tuple(those),
            batch=BatchRequest(
                paths=tuple(dict.fromkeys(each.source for each in those)),
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
