"""The calibration's report answers first, needs nothing else, and says plainly what isn't known."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from builders import NOVEMBER
from PIL import Image
from test_calibration_figures import field, held_out, record
from test_report import HOSTILE, Parsed

from flows.calibrate.figures import figures
from flows.calibrate.plots import plots_of
from flows.calibrate.promise import promise_of
from flows.calibrate.report import answers_of, write_pictures, write_report
from flows.calibrate.words import answer_of, bound_percent, leaf_answer_of, percent
from flows.plotting import VARIABLES
from schemas.calibration import Calibration, ConfidenceModel, Scored, TypeEvidence, Weight
from schemas.errors import PathError
from schemas.held_out import HeldOut
from schemas.kinds import Kind
from schemas.labelled import Origin
from schemas.target import Promise

LACKING = Promise(
    error=0.05,
    assurance=0.95,
    threshold=None,
    accepted=31,
    of=40,
    bound=0.092,
    needed=28,
    least=0.1,
)
KEPT = Promise(
    error=0.05, assurance=0.95, threshold=0.6, accepted=62, wrong=1, of=80, bound=0.0467, least=0.04
)


def evidence(count: int = 80, name: str = "invoice", **more) -> TypeEvidence:
    origin = more.pop("origin", Origin.GOLD)
    records = tuple(Scored(score=0.9, right=True, origin=origin) for _ in range(count))
    return TypeEvidence(type_name=name, recipe_ids=("r",), records=records, **more)


def a_calibration(*known: TypeEvidence, **more) -> Calibration:
    model = ConfidenceModel(intercept=0.0, weights=(Weight(term="answer", weight=0.7),))
    usual = {
        "id": "20261123-150715-9f3a",
        "at": NOVEMBER,
        "model": "local/small",
        "asking": "fields",
        "fitted_on": "40 of your documents and 20 that come with papersift",
        "documents": 60,
        "labelled": 600,
        "values": model,
        "empties": model,
        "form": "a pooled logistic model, of 8 forms",
        "evidence": known,
    }
    return Calibration(**{**usual, **more})


def simulated(documents: int = 60) -> HeldOut:
    """Return two types' documents whose fields are right together, with confidences that know."""
    draw = np.random.default_rng(3)
    fields, records = [], []
    for number in range(documents):
        doc_type, origin = (("invoice", Origin.GOLD), ("receipt", Origin.SHIPPED))[number % 3 == 0]
        common = draw.normal(2.5, 1.5)
        good, score = True, 1.0
        for path, kind in (("grand_total", Kind.AMOUNT), ("issue_date", Kind.DATE)):
            odds = common + draw.normal()
            confidence = float(1 / (1 + np.exp(-odds)))
            right = bool(draw.random() < confidence)
            more = {"type_name": doc_type, "origin": origin, "path": path, "kind": kind}
            terms = {"answer": float(odds + draw.normal())}
            fields.append(field(confidence, right, str(number), terms=terms, **more))
            good, score = good and right, score * confidence
        records.append(record(score, good, str(number), type_name=doc_type, origin=origin))
    return held_out(*fields, records=tuple(records))


def written(folder, calibration=None, given=None, promises=None, **more) -> str:
    path = write_report(
        calibration or a_calibration(evidence()),
        given or simulated(),
        {"invoice": KEPT} if promises is None else promises,
        folder / "reports" / "calibration.html",
        **more,
    )
    return path.read_text(encoding="utf-8")


def text_of(html: str) -> str:
    body = re.sub(r"<(style|script|svg)\b.*?</\1>", "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", body).split())


def test_a_promise_that_can_be_made_is_said_with_its_counts():
    answer = answer_of("invoice", KEPT, evidence(80, held_back=20))
    assert answer.kept
    assert answer.sentence == (
        "Of the invoice documents accepted without a look, at most 5 % may be wrong: this can be "
        "promised: 62 of 80 labelled documents would be accepted, 1 of them wrong, at most 4.7 % "
        "at 95 % assurance."
    )
    assert answer.steps == ""
    assert any(
        note.startswith("20 more labelled documents go to a person") for note in answer.notes
    )
    assert "Of 100 documents like these, about 62 need no look." in answer.notes
    assert "that you labelled" in answer.rests_on


def test_a_promise_that_cannot_be_made_says_what_is_lacking():
    answer = answer_of("ad_order", LACKING, evidence(40, origin=Origin.SHIPPED))
    assert not answer.kept
    assert answer.sentence == (
        "Of the ad order documents accepted without a look, at most 5 % may be wrong: this can’t "
        "be promised yet: 0 wrong of 31; 28 more documents without a mistake would allow it at "
        "95 % assurance. Until then nothing is accepted."
    )
    assert answer.progress == pytest.approx(31 / 59)
    assert answer.steps == "31 of the 59 documents that are needed"
    assert answer.notes == ("A target of 10 % could be promised today.",)
    assert "come with papersift, not on yours" in answer.rests_on


def test_without_labelled_documents_the_answer_says_so():
    nothing = promise_of([], error=0.05, assurance=0.95)
    answer = answer_of("invoice", nothing, None)
    assert "no labelled documents yet; 59 documents without a mistake would allow it" in answer.why
    assert (answer.progress, answer.rests_on, answer.notes) == (0.0, "", ())
    held = answer_of("invoice", nothing, evidence(0, held_back=4))
    assert "no labelled documents that could be accepted yet" in held.why
    one = LACKING.model_copy(update={"needed": 1})
    assert "1 more document without a mistake" in answer_of("invoice", one, evidence()).why


def test_a_leaf_is_answered_in_values():
    answer = leaf_answer_of("invoice", "grand_total", LACKING, evidence())
    assert answer.name == "invoice.grand_total"
    assert "Of the values of grand_total accepted in invoice documents" in answer.asked
    assert "28 more values without a mistake" in answer.why


def test_a_bound_is_never_rounded_down():
    assert [bound_percent(each) for each in (0.05, 0.0467, 0.04601, 0.0999999, 1.0)] == [
        "5 %",
        "4.7 %",
        "4.7 %",
        "10 %",
        "100 %",
    ]
    assert [percent(each) for each in (0.05, 0.005, 0.123)] == ["5 %", "0.5 %", "12.3 %"]


def test_the_report_begins_with_the_answer(tmp_path):
    calibration = a_calibration(evidence(), evidence(40, "receipt", origin=Origin.SHIPPED))
    promises = {"invoice": KEPT, "receipt": LACKING}
    leaves = {"invoice": {"grand_total": LACKING}}
    html = written(tmp_path, calibration, None, promises, leaf_promises=leaves)
    text = text_of(html)
    places = [
        text.rindex(part)
        for part in (
            "1 of 3 promises can be made",
            "62 of 80 labelled documents would be accepted",
            "Of the values of grand_total",
            "Of the receipt documents",
            "Is a confidence a probability?",
            "What goes wrong among the accepted",
            "By kind of field",
            "What it was fitted on",
            "How it’s computed",
            "Clopper",
        )
    ]
    assert places == sorted(places)
    assert "40 of your documents and 20 that come with papersift" in text
    assert "invoice : 80 documents of your own." in text
    assert "receipt : 40 public documents that come with papersift; none of your own." in text
    assert "How the form was chosen: a pooled logistic model, of 8 forms" in text
    bars = Parsed(html).all("progress")
    assert [bar["value"] for bar in bars] == ["0.5254", "0.5254"]


def test_the_figures_stand_with_their_counts(tmp_path):
    given = simulated()
    numbers = figures(given, a_calibration(evidence()).evidence)
    text = text_of(written(tmp_path, given=given))
    whole = numbers.whole
    assert whole.auroc is not None
    assert f"{whole.right.count:.0f} of 120 labelled fields" in text
    assert f"AUROC {whole.auroc.value:.3f} {whole.auroc.low:.2f}–{whole.auroc.high:.2f}" in text
    assert f"Brier {whole.brier:.3f} ECE {whole.ece:.3f}" in text
    [answer] = numbers.signals
    assert answer.auroc is not None
    assert f"120 of 120 {answer.wrong} {answer.auroc.value:.2f}" in text


def test_plots_say_what_they_show_and_take_the_pages_colours(tmp_path):
    html = written(tmp_path)
    page = Parsed(html)
    plots = [each for each in page.all("svg") if each.get("role") == "img"]
    numbers = figures(simulated(), [evidence()])
    drawn = plots_of(numbers, {"invoice": KEPT}).all
    assert len(plots) == len(drawn) == 3 + 2 + 2 + 2  # reliability, documents, fields, AUROCs
    for each in drawn:
        assert page.texts[f"{each.name}-title"] == each.title
        assert page.texts[f"{each.name}-desc"] == each.told
    assert (
        "kept up to 62 of them: 1 wrong, at most 4.7 %"
        in page.texts["risk-documents-1-invoice-desc"]
    )
    assert not any(colour in html for colour in VARIABLES)
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_the_file_needs_nothing_else(tmp_path):
    html = written(tmp_path)
    page = Parsed(html)
    assert page.all("link") == page.all("img") == []
    references = [a[n] for _, a in page.elements for n in ("src", "href", "xlink:href") if n in a]
    assert {each[0] for each in references} == {"#"}
    assert set(re.findall(r"https?://[^\"' <]+", html)) == {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    [policy] = [each["content"] for each in page.all("meta") if "http-equiv" in each]
    assert "default-src 'none'" in policy


def test_names_stay_text(tmp_path):
    given = held_out(
        *(
            field(
                place / 20, place > 9, str(place), type_name=HOSTILE, terms={HOSTILE: float(place)}
            )
            for place in range(20)
        ),
        records=tuple(
            record(place / 20, place > 9, str(place), type_name=HOSTILE) for place in range(20)
        ),
    )
    calibration = a_calibration(
        evidence(20, HOSTILE), model=HOSTILE, fitted_on=HOSTILE, form=HOSTILE, id=HOSTILE
    )
    html = written(
        tmp_path, calibration, given, {HOSTILE: LACKING}, leaf_promises={HOSTILE: {HOSTILE: KEPT}}
    )
    page = Parsed(html)
    assert len(page.all("script")) == 1
    assert page.all("img") == []
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    assert HOSTILE in page.texts["signals"]
    assert HOSTILE in page.texts["fitted"]
    folder = tmp_path / "pictures"
    for path in write_pictures(calibration, given, {HOSTILE: LACKING}, folder):
        assert path.parent == folder
        assert re.fullmatch(r"[a-z0-9-]+\.png", path.name)


def test_every_plot_is_a_picture_too(tmp_path):
    given, promises = simulated(), {"invoice": KEPT}
    paths = write_pictures(a_calibration(evidence()), given, promises, tmp_path / "pictures")
    assert len(paths) == len({path.name for path in paths}) == 9
    for path in paths:
        image = Image.open(io.BytesIO(path.read_bytes())).convert("RGB")
        assert image.width > 800
        assert image.getpixel((0, 0)) == (255, 255, 255)
        assert len(image.getcolors(1_000_000)) > 2


def all_right(documents: int) -> HeldOut:
    return held_out(
        *(field(0.97, True, str(each), terms={"answer": 1.0}) for each in range(documents)),
        records=tuple(record(0.97, True, str(each)) for each in range(documents)),
    )


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (held_out(), "No field is labelled yet, so nothing can be said."),
        (all_right(1), "all are right : nothing to tell apart"),
        (all_right(40), "all are right : nothing to tell apart"),
        (held_out(field(0.5, False)), "none is right : nothing to tell apart"),
        (held_out(records=(record(0.5, False),)), "No field is labelled yet"),
    ],
    ids=["nothing", "one document", "all right", "all wrong", "records alone"],
)
def test_what_cannot_be_said_is_said_to_be_so(tmp_path, given, says):
    promises = {
        "invoice": promise_of(
            [Scored(score=each.score, right=each.right) for each in given.records],
            error=0.05,
            assurance=0.95,
        )
    }
    text = text_of(written(tmp_path, a_calibration(), given, promises)).replace(" :", " :")
    assert says.replace(" :", ":") in text.replace(" :", ":")
    assert "Nothing can be promised yet" in text
    write_pictures(a_calibration(), given, promises, tmp_path)


def test_without_a_promise_the_report_still_has_its_figures(tmp_path):
    text = text_of(written(tmp_path, promises={}))
    assert "No promise was asked for" in text
    assert "By kind of field" in text


def test_leaves_come_after_their_type():
    answers = answers_of(
        a_calibration(evidence()),
        {"invoice": KEPT, "receipt": LACKING},
        {"invoice": {"iban": KEPT}},
    )
    assert [each.name for each in answers] == ["invoice", "invoice.iban", "receipt"]


def test_what_cannot_be_written_is_an_error_of_the_path(tmp_path):
    (tmp_path / "reports").write_text("")
    with pytest.raises(PathError, match="can't be written"):
        written(tmp_path)
    with pytest.raises(PathError, match="can't be written"):
        write_pictures(a_calibration(evidence()), simulated(), {}, tmp_path / "reports")


def test_without_a_flow_run_there_is_no_artifact(prefect_server):
    from prefect import flow  # noqa: PLC0415
    from shown_artifacts import newest_artifacts  # noqa: PLC0415

    from flows.calibrate.artifacts import write_artifacts  # noqa: PLC0415

    given = (a_calibration(evidence()), simulated(), {"invoice": KEPT, "x|y": LACKING})

    @flow
    def calibrating() -> None:
        write_artifacts(*given)

    def artifacts():
        keys = ("papersift-calibration", "papersift-calibration-types")
        return {each.id: each for each in newest_artifacts(*keys)}

    before = artifacts()
    write_artifacts(*given)
    assert artifacts().keys() == before.keys()
    calibrating()
    found = {each.key: each.data for id_, each in artifacts().items() if id_ not in before}
    markdown, table = found["papersift-calibration"], found["papersift-calibration-types"]
    assert "62 of 80 labelled documents would be accepted" in str(markdown)
    assert "| `all fields` | 60 |" in str(markdown)
    assert "x|y" not in str(markdown)
    assert '"type": "invoice"' in str(table)
    assert '"promised": "not yet"' in str(table)
