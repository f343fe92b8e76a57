"""How long papersift itself works on real documents: not reading, not waiting for a model.

A model that knows the gold answers once; then the documents are extracted again from the answers
that it gave. Milliseconds of the processor a document, the best of some rounds.

  python tests/benchmarks/own_work.py samples/invoices
  python tests/benchmarks/own_work.py GOLD... --asking fields --profile 20
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[1]))

from answer_sheet import AnswerSheet
from scripted_server import ScriptedServer

from extractors.asking.call import Caller, Messages
from extractors.extract import extract
from extractors.read import read_document
from flows.bench import Bench, opened_bench
from flows.evaluate.request import EvaluationRequest, parts_of
from schemas.document import Document
from schemas.recipe import Asking

ROUNDS = 3


@dataclass
class Remembering(Caller):
    """Asks each question once, whichever documents it is about."""

    known: dict[tuple[str, str], Any] = field(default_factory=dict)

    def ask(self, messages: Messages, answer: type[Any], *, max_tokens: int) -> Any:
        question = json.dumps(messages), json.dumps(answer.model_json_schema())
        if question not in self.known:
            self.known[question] = super().ask(messages, answer, max_tokens=max_tokens)
        return self.known[question]


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    for path in given.gold:
        _measure(path, given.asking, given.profile)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", nargs="+", help="folders as `papersift eval` takes them")
    parser.add_argument("--asking", choices=("whole", "fields"), default="whole")
    parser.add_argument("--profile", type=int, metavar="N", help="print the N dearest functions")
    return parser


def _measure(path: str, asking: Asking, most: int | None) -> None:
    with tempfile.TemporaryDirectory() as out:
        request = EvaluationRequest(
            gold=(path,),
            model="perfect",
            base_url="http://-",
            asking=asking,
            ocr="off",
            out=Path(out),
        )
        gold = request.read_gold()
        with ScriptedServer().answers(AnswerSheet(gold)) as server:
            asked = request.model_copy(update={"base_url": server.base_url})
            for part in parts_of(asked, gold):
                sources = [Path(each.source) for each in part.gold]
                documents = [read_document(each.read_bytes()) for each in sources]
                with opened_bench(part.batch) as bench:
                    work = Work(bench, [each for each in documents if each.pages[0].words])
                    sys.stdout.write(f"{path}  {work.told()}\n")
                    if most:
                        work.profile(most)


class Work:
    """What papersift does with some documents of one type."""

    def __init__(self, bench: Bench, documents: Sequence[Document]) -> None:
        """Ask all questions."""
        self._bench = bench
        self._documents = documents
        self._known: dict[tuple[str, str], Any] = {}
        self.seconds()

    def seconds(self) -> float:
        """Extract the documents; return how long the processor worked."""
        ready = self._bench.caller(lambda _: None)
        began = time.process_time()
        for each in self._documents:
            caller = Remembering(ready.client, ready.model_id, asker=ready.asker, known=self._known)
            extract(each, self._bench.types[0], self._bench.model.asking, caller)
        return time.process_time() - began

    def told(self) -> str:
        """Measure some rounds and say what the best one took."""
        each = min(self.seconds() for _ in range(ROUNDS)) / len(self._documents)
        name, asking = self._bench.types[0].name, self._bench.model.asking
        many = f"{len(self._documents)} documents, {len(self._known)} questions"
        return f"{name}  asking {asking}  {many}  {each * 1000:.1f} ms a document"

    def profile(self, most: int) -> None:
        """Print the functions that take longest."""
        with cProfile.Profile() as profile:
            self.seconds()
        pstats.Stats(profile).sort_stats("tottime").print_stats(most)


if __name__ == "__main__":
    raise SystemExit(main())
