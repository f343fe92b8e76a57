/* One field of the form: its label, how sure it is, where it stands, its input, and its notes. */

import { Closeup } from "./closeup.js";
import { control, refresh } from "./control.js";
import { attribute, el, kbd, say } from "./dom.js";
import { label, percent } from "./naming.js";
import { Notes } from "./notes.js";

const SAID = {
  open: "",
  changed: "✎ changed",
  accepted: "✓ accepted",
  corrected: "✓ corrected before",
  withheld: "not published",
  "": "",
};

export class Card {
  /**
   * @param {Object} field a ReviewField
   * @param {Review} review
   * @param {{full: boolean}} look full: with its evidence cut out of the page, and an accept button
   */
  constructor(field, review, { full }) {
    const { path } = field;
    this.field = field;
    this.review = review;
    const id = `field-${path}`;
    this.input = control(path, field.kind, review, { id, "aria-describedby": `${id}-notes` });
    this.notes = new Notes(path, review, { quiet: !full });
    this.notes.element.id = `${id}-notes`;
    this.state = el("span", { class: "badge state" });
    this.accept = el(
      "button",
      { type: "button", class: "button accept", on: { click: () => review.acceptOrNot(path) } },
      el("span", { text: "Accept" }),
      kbd("⏎"),
    );
    this.clear = el("button", {
      type: "button",
      class: "clear",
      tabindex: "-1",
      text: "✕",
      title: "Not given: the document doesn't say it (x)",
      "aria-label": `${label(path)}: not given`,
      on: { click: () => review.take(path, "") },
    });
    this.closeup = full ? new Closeup(() => review.choose(path, { focus: "card" })) : null;
    this.element = el(
      "section",
      {
        class: full ? "field full" : "field compact",
        role: "group",
        tabindex: "-1",
        "aria-labelledby": `${id}-label`,
        "aria-describedby": `${id}-notes`,
        data: { path, stop: "" },
      },
      el(
        "div",
        { class: "field-head" },
        el("label", { for: id, id: `${id}-label`, text: label(path) }),
        el("span", { class: "field-help", text: field.description, title: field.description }),
        this.state,
      ),
      this.closeup?.element,
      el(
        "div",
        { class: "field-line" },
        el("div", { class: "field-input" }, this.input, this.clear),
        this.accept,
      ),
      this.notes.element,
    );
    this.element.addEventListener("focusin", () => review.choose(path, { focus: "none" }));
    this.element.addEventListener("mousedown", (event) => {
      if (!event.target.closest("button, input, textarea")) review.choose(path, { focus: "card" });
    });
  }

  update() {
    const { review, field } = this;
    const { draft } = review;
    const state = draft.state(field.path);
    refresh(this.input, draft.text(field.path));
    this.element.dataset.state = state;
    this.element.classList.toggle("chosen", review.chosen === field.path);
    const problem = review.checker.problem(field.path);
    this.element.classList.toggle("bad", problem !== "");
    attribute(this.input, "aria-invalid", problem ? "true" : null);
    say(this.state, SAID[state] || sureness(field));
    this.state.className = `badge state ${LOOKS[state] ?? ""}`;
    const wanted = state === "open" || state === "withheld";
    this.clear.hidden = !draft.text(field.path);
    this.accept.hidden = !wanted && !(field.path in draft.now.accepted);
    say(this.accept.firstChild, wanted ? "Accept" : "Accepted");
    attribute(this.accept, "aria-pressed", wanted ? null : "true");
    this.notes.update();
    const place = review.place(field.path);
    this.closeup?.show(draft.item, place, review.sizeOf(place?.page));
  }
}

const LOOKS = { open: "doubt", changed: "accent", accepted: "good", corrected: "good" };

function sureness({ value, confidence, doubtful, withheld }) {
  if (!confidence && value === null && !doubtful && !withheld) return "";
  return value === null ? `${percent(confidence)} sure: not given` : `${percent(confidence)} sure`;
}
