"""Compare papersift with the plain way to get records out of PDFs, on the same gold and model.

The plain way is the loop that most people write first: PyMuPDF's text of the whole document, one
instructor call with a typed response model at temperature 0, one more if the answer doesn't fit.
What isn't a valid answer even then counts as a document of which every value is missed.

Both ways get the type from gold, are judged as `papersift eval` judges, and are timed alike: from
the file to the values, one document at a time, the model loaded before. The seconds are of this
machine; their ratio is what tells.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from statistics import fmean
from typing import Annotated, Any

import instructor
import openai
import pymupdf
from instructor import Mode
from instructor.core.exceptions import InstructorError
from pydantic import BaseModel, Field, ValidationError, WithJsonSchema, create_model
from rich.console import Console
from rich.table import Table

from extractors.asking.call import Caller
from extractors.extract import extract
from extractors.read import read_document
from flows.evaluate.gold import GoldDocument
from flows.evaluate.judging import judge_document
from flows.evaluate.request import EvaluationRequest
from flows.evaluate.statistics import statistics
from flows.models.client import open_client
from flows.models.open_model import OpenModel, open_model
from flows.store.given import Given
from schemas.catalogue import find_type
from schemas.doctype import DocumentType
from schemas.errors import DocumentError, InputError, ModelError
from schemas.evaluation import Evaluation, JudgedDocument, Share, Verdict
from schemas.extraction import ExtractedRecord, Extraction, FieldResult, Usage
from schemas.kinds import Kind
from schemas.record import Leaf, leaves_of, lists_of

MODEL = "local/qwen2.5-coder-1.5b"
MOST_TOKENS = 1500
"""Of one plain answer: an invoice of 20 lines takes 1,200. Without a bound a small model that
repeats itself goes on for minutes."""
REASKS = 1
"""After an answer that doesn't fit, instructor tells the model why and asks once more."""
TEMPERATURE = 0
INSTRUCTION = "Extract the fields of this document from its text. Leave out what it doesn't give."
SEED = 0
"""Of the draw that --limit makes."""

Number = Annotated[Decimal, WithJsonSchema({"type": "number"})]
"""As one would write `float`, but exact: what pydantic would ask for by itself is a pattern that
few servers can hold a model to."""
NUMBERS = frozenset({Kind.AMOUNT, Kind.NUMBER, Kind.PERCENT})

EXAMPLE = """\
example:
  python tests/benchmarks/plain_loop.py samples/invoices --limit 3 --json plain.json
"""

Way = Callable[[GoldDocument, DocumentType], Given]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, write the JSON file if one is asked for."""
    given = _parser().parse_args(arguments)
    console = Console(stderr=True)
    try:
        gold = EvaluationRequest(
            gold=tuple(given.gold), type=given.type, limit=given.limit, seed=SEED
        ).read_gold()
        model = open_model(given.model, given.base_url)
        console.print(f"{len(gold)} documents; loading {model.name}", highlight=False)
        with open_client(model) as client:
            ways: dict[str, Way] = {
                "plain": PlainLoop(client, model),
                "papersift": Papersift(client, model),
            }
            chosen = [given.only] if given.only else list(ways)
            found = {name: _measure(name, ways[name], gold, model, console) for name in chosen}
    except (InputError, ModelError) as error:
        console.print(str(error), style="red", highlight=False)
        return 2
    Console().print(_table(found))
    if given.json:
        text = json.dumps(_summary(found, model), indent=1, ensure_ascii=False)
        given.json.write_text(f"{text}\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLE, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", nargs="+", metavar="GOLD", help="as `papersift eval` takes it")
    parser.add_argument("--only", choices=("plain", "papersift"), help="only one of the two ways")
    parser.add_argument("--limit", type=int, metavar="N", help="only N documents, drawn at random")
    parser.add_argument("--type", help="type of all documents (default: as their gold says)")
    parser.add_argument("--model", default=MODEL, help="model, as provider/name (%(default)s)")
    parser.add_argument("--base-url", help="any OpenAI-compatible server")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write all figures and values")
    return parser


@dataclass(frozen=True)
class PlainLoop:
    """PyMuPDF's text, one instructor call, a typed record."""

    client: openai.OpenAI
    model: OpenModel

    def __call__(self, gold: GoldDocument, doctype: DocumentType) -> Given:
        began = time.monotonic()
        record, problem = None, ""
        try:
            record = self._ask(_text(Path(gold.source)), doctype)
        except (InstructorError, openai.OpenAIError, ValidationError, RuntimeError) as error:
            problem = " ".join(str(error).split())[:300]
        seconds = time.monotonic() - began
        extraction = _extraction(gold, doctype, record) if record is not None else None
        return Given(extraction, problem, seconds, Usage(), Decimal(0))

    def _ask(self, text: str, doctype: DocumentType) -> BaseModel:
        asker = instructor.from_openai(self.client, mode=Mode.JSON_SCHEMA)
        return asker.chat.completions.create(
            model=self.model.model_id,
            messages=[
                {"role": "system", "content": f"{INSTRUCTION}\n\n{doctype.prompt}"},
                {"role": "user", "content": text},
            ],
            response_model=typed_model(doctype),
            max_retries=REASKS,
            temperature=TEMPERATURE,
            max_tokens=MOST_TOKENS,
        )


@dataclass(frozen=True)
class Papersift:
    """What `papersift run` does with a document, without keeping it."""

    client: openai.OpenAI
    model: OpenModel

    def __call__(self, gold: GoldDocument, doctype: DocumentType) -> Given:
        began = time.monotonic()
        caller = Caller(self.client, self.model.model_id, top_logprobs=self.model.max_logprobs)
        extraction, problem = None, ""
        try:
            document = read_document(Path(gold.source).read_bytes())
            extraction = extract(document, doctype, self.model.asking, caller)
        except (DocumentError, ModelError) as error:
            problem = str(error)
        return Given(extraction, problem, time.monotonic() - began, caller.usage, Decimal(0))


def typed_model(doctype: DocumentType) -> type[BaseModel]:
    """Return the response model that one would write by hand for a type: dates, numbers, text."""
    fields: dict[str, Any] = {leaf.name: _typed_field(leaf) for leaf in leaves_of(doctype.record)}
    for each in lists_of(doctype.record):
        cells: dict[str, Any] = {leaf.name: _typed_field(leaf) for leaf in each.leaves}
        item = create_model(f"{doctype.name}_{each.name}", **cells)
        fields[each.name] = (list[item], Field(description=each.description))
    return create_model(doctype.name, __doc__=doctype.title, **fields)


def _typed_field(leaf: Leaf) -> tuple[Any, Any]:
    kind = leaf.kind
    python_type: Any = date if kind is Kind.DATE else Number if kind in NUMBERS else str
    # No default: a key that may be left out is left out by small models.
    return (python_type | None, Field(description=leaf.description))


def _text(path: Path) -> str:
    with pymupdf.open(path) as opened:
        return "\n".join(page.get_text() for page in opened)


def _extraction(gold: GoldDocument, doctype: DocumentType, record: BaseModel) -> Extraction:
    """Return a typed record in the form that is judged; it has values and nothing else."""
    return Extraction(
        document_id=gold.document_id,
        type_name=doctype.name,
        pages=0,
        records=(ExtractedRecord(fields=tuple(_fields(doctype, record))),),
    )


def _fields(doctype: DocumentType, record: BaseModel) -> Iterator[FieldResult]:
    for leaf in leaves_of(doctype.record):
        yield _field(leaf, leaf.path, record)
    for each in lists_of(doctype.record):
        for number, item in enumerate(getattr(record, each.name)):
            for leaf in each.leaves:
                yield _field(leaf, f"{each.name}[{number}].{leaf.name}", item)


def _field(leaf: Leaf, path: str, holder: BaseModel) -> FieldResult:
    value = getattr(holder, leaf.name)
    value = (value.strip() or None) if isinstance(value, str) else value
    raw = None if value is None else str(value)
    return FieldResult(path=path, kind=leaf.kind, raw=raw, value=value)


def _measure(
    name: str, way: Way, gold: Sequence[GoldDocument], model: OpenModel, console: Console
) -> Evaluation:
    """Take all documents one way."""
    judged = []
    for number, each in enumerate(gold, start=1):
        doctype = find_type(each.type_given)
        document = judge_document(each, doctype, way(each, doctype), None)
        judged.append(document)
        console.print(
            f"{name} {number}/{len(gold)}: {_told(document)}", highlight=False, soft_wrap=True
        )
    return Evaluation(
        id=name,
        at=datetime.now(UTC),
        model=model.name,
        asking=model.asking if name == "papersift" else "plain",
        recipes=(),
        gold=(),
        documents=tuple(judged),
    )


def _told(document: JudgedDocument) -> str:
    right = sum(field.verdict is Verdict.RIGHT for field in document.fields)
    labelled = sum(field.truth is not None for field in document.fields)
    told = f"{Path(document.source).name}: {right} of {labelled} fields right"
    for each in document.lists:
        told += f", {each.matched_rows} of {each.gold_rows} {each.name} in {each.found_rows} rows"
    told += f", {document.seconds:.1f} s"
    return f"{told}; failed: {document.problem}" if document.problem else told


def _table(found: dict[str, Evaluation]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("")
    for name in found:
        table.add_column(name, justify="right")
    figures = {name: statistics(each) for name, each in found.items()}
    table.add_row("documents", *(str(each.documents) for each in figures.values()))
    table.add_row(
        "failed", *(str(sum(bool(d.problem) for d in each.documents)) for each in found.values())
    )
    table.add_row("fields right", *(_percent(each.whole.accuracy) for each in figures.values()))
    table.add_row(
        "invented, of those the gold says aren't given",
        *(
            f"{each.whole.tally.invented} of {each.whole.tally.invented + each.whole.tally.absent}"
            for each in figures.values()
        ),
    )
    first, *_ = figures.values()
    for index, score in enumerate(first.lists):
        called = f"{score.type_name} {score.name}"
        for what in ("row_f1", "cell_f1"):
            shares = [getattr(each.lists[index], what) for each in figures.values()]
            table.add_row(f"{called}, {what.replace('_f1', 's')} F1", *map(_percent, shares))
    seconds = {name: _seconds(each) for name, each in found.items()}
    table.add_row("seconds a document", *(f"{each:.1f}" for each in seconds.values()))
    if len(seconds) == 2:
        table.add_row("papersift's seconds / plain's", "", f"{_ratio(seconds):.2f}")
    return table


def _summary(found: dict[str, Evaluation], model: OpenModel) -> dict[str, Any]:
    seconds = {name: _seconds(each) for name, each in found.items()}
    return {
        "model": model.name,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": sys.version.split()[0],
        "seconds_ratio": _ratio(seconds) if len(seconds) == 2 else None,
        "ways": {
            name: {
                "seconds_a_document": seconds[name],
                "failed": sum(bool(document.problem) for document in each.documents),
                "statistics": statistics(each).model_dump(mode="json"),
                "documents": [document.model_dump(mode="json") for document in each.documents],
            }
            for name, each in found.items()
        },
    }


def _percent(share: Share) -> str:
    if not share.of:
        return "–"
    return f"{share.share:.1%} ({share.low:.0%} to {share.high:.0%})"


def _seconds(evaluation: Evaluation) -> float:
    return fmean(document.seconds for document in evaluation.documents)


def _ratio(seconds: dict[str, float]) -> float:
    return seconds["papersift"] / seconds["plain"] if seconds["plain"] else 0.0


if __name__ == "__main__":
    raise SystemExit(main())
