/* What is to be said of one field below its input: reasons, the check of what is typed, what else
   it could be. The same for a field of its own and for a cell of a table. */

import { el, fill, kbd } from "./dom.js";
import { capital, percent } from "./naming.js";

/** Why most alternatives are there; it needn't be said at each. */
const USUAL = "the next likeliest";

export class Notes {
  /**
   * @param {string} path
   * @param {Review} review
   * @param {{quiet: boolean}} look quiet: until it is chosen or changed, nothing is said of a field
   *   that nobody need look at
   */
  constructor(path, review, { quiet = false } = {}) {
    this.path = path;
    this.quiet = quiet;
    this.review = review;
    this.element = el("div", { class: "notes" });
    this.shown = "";
  }

  /** The numbered alternatives as they stand: those of the check first. */
  static offers(path, review) {
    const readings = review.checker.of(path)?.readings ?? [];
    const text = review.draft.text(path);
    const field = review.draft.fields.get(path);
    const offers = readings.map((each) => ({ text: each, why: "what it can mean" }));
    const known = new Set(readings);
    for (const { text: other, why } of field?.choices ?? []) {
      if (!known.has(other)) offers.push({ text: other, why });
      known.add(other);
    }
    const edit = review.draft.edit(path);
    if (edit && field?.value && !known.has(field.value))
      offers.push({ text: field.value, why: "as it was", reset: true });
    return offers.filter((each) => each.text !== text).slice(0, 9);
  }

  /** Whether there is more to say than what the field was before. */
  get tells() {
    return this.element.querySelector(".note, .choice") !== null;
  }

  update() {
    const model = this.#model();
    const shown = JSON.stringify(model);
    if (shown === this.shown) return;
    this.shown = shown;
    fill(this.element, ...this.#parts(model));
    this.element.hidden = !this.element.hasChildNodes();
  }

  #model() {
    const { review, path } = this;
    const { draft, checker } = review;
    const field = draft.fields.get(path);
    const state = draft.state(path);
    const edit = draft.edit(path);
    const check = checker.of(path);
    const failed = checker.failing(path);
    const failing = failed.map(({ text }) => text);
    const names = new Map(draft.item.checks.map((each) => [each.text, each.name]));
    // A check that fails in other words by now is told in these.
    const doubts = (field?.doubts ?? [])
      .filter(
        ({ text }) =>
          failing.includes(text) || !failed.some(({ name }) => name === names.get(text)),
      )
      .map(({ code, text }) => {
        const over = code === "check_failed" && checker.passesNow(path, text);
        return { text, over: over || (Boolean(edit) && code !== "check_failed"), passes: over };
      });
    const told = new Set(doubts.map(({ text }) => text));
    const odd = checker.oddOf(path);
    return {
      state,
      doubts,
      failing: failing.filter((text) => !told.has(text)),
      problem: checker.problem(path),
      remark:
        check?.remark && !failing.some((text) => text.includes(check.remark.replace(/\.$/, "")))
          ? check.remark
          : "",
      value:
        check && edit?.text.trim() && check.value !== null && check.value !== edit.text
          ? check.value
          : null,
      typed: edit?.text ?? "",
      raw: !edit && field?.raw && field.raw !== field.value ? field.raw : "",
      ask: odd.filter((text) => !draft.insistsOn(text)),
      meant: odd.length > 0 && odd.every((text) => draft.insistsOn(text)),
      offers: Notes.offers(path, review),
      silent: this.quiet && review.chosen !== path && !edit && failing.length === 0,
      chosen: review.chosen === path,
      withheld: state === "withheld",
      confidence: field ? percent(field.confidence) : "",
    };
  }

  #parts(model) {
    if (model.silent) return [];
    const { review } = this;
    const words = (text) => capital(review.words(text));
    const line = (kind, sign, ...children) =>
      el(
        "p",
        { class: `note ${kind}` },
        el("span", { class: "sign", "aria-hidden": "true", text: sign }),
        el("span", {}, ...children),
      );
    const parts = [];
    if (model.problem) parts.push(line("bad", "✕", model.problem));
    if (model.value !== null) {
      parts.push(
        line(
          "good",
          "→",
          el("span", { class: "from", text: model.typed }),
          " is read as ",
          el("strong", { text: model.value }),
        ),
      );
    }
    if (model.raw)
      parts.push(
        line("plain", "❝", "Printed: ", el("span", { class: "printed", text: model.raw })),
      );
    for (const { text, over } of model.doubts) {
      if (!over) parts.push(line(model.state === "accepted" ? "plain" : "doubt", "!", words(text)));
    }
    for (const text of model.failing) parts.push(line("doubt", "≠", words(text)));
    if (model.remark) parts.push(line("doubt", "!", words(model.remark)));
    if (model.doubts.some(({ passes }) => passes)) {
      parts.push(line("good", "✓", "The check that failed passes now"));
    }
    if (model.ask.length) {
      parts.push(
        el(
          "p",
          { class: "note" },
          el("button", {
            type: "button",
            class: "button small",
            text: "I'm sure: it is meant like this",
            on: { click: () => review.insist(model.ask) },
          }),
        ),
      );
    }
    if (model.meant) parts.push(line("plain", "✓", "Meant like this"));
    if (model.withheld)
      parts.push(
        line(
          "plain",
          "–",
          "Not sure enough, and not needed: it isn't published unless it is accepted",
        ),
      );
    parts.push(this.#choices(model));
    return parts.filter(Boolean);
  }

  #choices({ offers, chosen }) {
    if (!offers.length) return null;
    const { review, path } = this;
    const buttons = offers.map(({ text, why, reset }, index) =>
      el(
        "button",
        {
          type: "button",
          class: "button small choice",
          data: { choice: String(index + 1) },
          title: capital(why),
          "aria-keyshortcuts": chosen ? String(index + 1) : null,
          on: { click: () => review.take(path, text, { reset }) },
        },
        kbd(index + 1),
        el("span", { class: "choice-text", text }),
        why !== USUAL && el("span", { class: "choice-why", text: why }),
      ),
    );
    return el(
      "div",
      { class: "choices", role: "group", "aria-label": "What else it could be" },
      ...buttons,
    );
  }
}
