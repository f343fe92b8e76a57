/* A list of the record as a table: cells to edit, rows to add and to take out. */

import { control, isFigure, refresh } from "./control.js";
import { attribute, el, fill, say } from "./dom.js";
import { capital, many, percent, words } from "./naming.js";
import { Notes } from "./notes.js";

export class Table {
  /**
   * @param {Object} list a ListField
   * @param {Review} review
   */
  constructor(list, review) {
    this.list = list;
    this.review = review;
    this.cells = new Map();
    this.rows = new Map();
    this.laid = "";
    this.table = el(
      "table",
      { class: "lines" },
      el("caption", { class: "visually-hidden", text: capital(words(list.name)) }),
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          el(
            "th",
            { scope: "col", class: "row-number" },
            el("span", { class: "visually-hidden", text: "Row" }),
            "#",
          ),
          ...list.leaves.map((leaf) =>
            el("th", {
              scope: "col",
              class: `kind-${leaf.kind}${isFigure(leaf.kind) ? " number" : ""}`,
              title: leaf.description,
              text: capital(words(leaf.name)),
            }),
          ),
          el(
            "th",
            { scope: "col", class: "row-end" },
            el("span", { class: "visually-hidden", text: "Take out" }),
          ),
        ),
      ),
    );
    this.add = el("button", {
      type: "button",
      class: "button small",
      text: "＋ Add a row",
      on: { click: () => review.addRow(list.name) },
    });
    this.failing = el("div", { class: "notes" });
    this.everything = el("p", { class: "muted small withheld-legend" });
    this.element = el(
      "div",
      { class: "list-body" },
      el("div", { class: "table-wrap" }, this.table),
      this.failing,
      el("div", { class: "bar" }, this.add, this.everything),
    );
  }

  /** What the folded list says of itself. */
  get summary() {
    const { draft } = this.review;
    const rows = draft.rows(this.list.name).filter(({ removed }) => !removed);
    const open = draft.open.filter((path) => path.startsWith(`${this.list.name}[`)).length;
    const count = rows.length ? many(rows.length, "row") : "no rows";
    return open ? `${count}, ${open} to look at` : count;
  }

  update() {
    const { review } = this;
    const rows = review.draft.rows(this.list.name);
    const laid = JSON.stringify(rows);
    if (laid !== this.laid) this.#lay(rows);
    this.laid = laid;
    for (const cell of this.cells.values()) this.#cell(cell);
    for (const { row, notes, element } of this.rows.values()) {
      const removed = review.draft.isRemoved(row);
      let told = 0;
      for (const { path, line, note } of notes) {
        const state = review.draft.state(path);
        const wanted =
          state === "open" || state === "changed" || (review.chosen === path && state !== "");
        if (wanted && !removed) note.update();
        // A good value that was typed needs no word.
        const shown = wanted && !removed && (state === "open" || note.tells);
        line.hidden = !shown;
        line.classList.toggle("chosen", review.chosen === path);
        told += shown ? 1 : 0;
      }
      element.hidden = told === 0;
    }
    const failing = review.checker.failed.filter(({ paths }) =>
      paths.some((path) => path.startsWith(`${this.list.name}[`)),
    );
    fill(
      this.failing,
      ...failing.map(({ text }) =>
        el(
          "p",
          { class: "note doubt" },
          el("span", { class: "sign", "aria-hidden": "true", text: "≠" }),
          el("span", { text: review.words(text) }),
        ),
      ),
    );
    this.failing.hidden = !failing.length;
  }

  #lay(rows) {
    const before = this.cells;
    this.cells = new Map();
    this.rows = new Map();
    const bodies = rows.map((each) => this.#body(each, before));
    for (const old of [...this.table.tBodies]) old.remove();
    this.table.append(...bodies);
    if (!rows.length) {
      this.table.append(
        el(
          "tbody",
          {},
          el(
            "tr",
            {},
            el("td", {
              class: "muted",
              colspan: this.list.leaves.length + 2,
              text: "No rows were found.",
            }),
          ),
        ),
      );
    }
  }

  #body({ row, added, removed }, before) {
    const { review, list } = this;
    const number = review.draft.rowNumber(row);
    const cells = list.leaves.map((leaf) => {
      const path = `${row}.${leaf.name}`;
      const cell = before.get(path) ?? this.#made(path, leaf);
      cell.input.setAttribute("aria-label", review.label(path));
      this.cells.set(path, cell);
      return cell.element;
    });
    const out = removed
      ? el("button", {
          type: "button",
          class: "button quiet small",
          text: "Put back",
          on: { click: () => review.putBack(row) },
        })
      : el("button", {
          type: "button",
          class: "button quiet icon small",
          text: "✕",
          title: "Take this row out",
          "aria-label": `Take out row ${number}`,
          on: { click: () => review.removeRow(row) },
        });
    const notes = list.leaves.map((leaf) => {
      const path = `${row}.${leaf.name}`;
      const note = new Notes(path, review);
      const accept = el("button", {
        type: "button",
        class: "button small accept",
        text: "Accept",
        on: { click: () => review.acceptOrNot(path) },
      });
      const line = el(
        "div",
        { class: "cell-notes", data: { notes: path } },
        el(
          "div",
          { class: "cell-name" },
          el("strong", { text: capital(words(leaf.name)) }),
          accept,
        ),
        note.element,
      );
      return { path, line, note, accept };
    });
    const noteRow = el(
      "tr",
      { class: "row-notes" },
      el("td"),
      el("td", { colspan: list.leaves.length + 1 }, ...notes.map(({ line }) => line)),
    );
    this.rows.set(row, { row, notes, element: noteRow });
    return el(
      "tbody",
      { class: `${removed ? "removed" : ""}${added ? " added" : ""}`, data: { row } },
      el(
        "tr",
        {},
        el("th", {
          scope: "row",
          class: "row-number",
          text: number === null ? "–" : String(number),
        }),
        ...cells,
        el("td", { class: "row-end" }, out),
      ),
      noteRow,
    );
  }

  #made(path, leaf) {
    const { review } = this;
    const input = control(path, leaf.kind, review, { placeholder: null });
    const element = el(
      "td",
      {
        class: `cell kind-${leaf.kind}${isFigure(leaf.kind) ? " number" : ""}`,
        data: { path, label: capital(words(leaf.name)) },
        tabindex: "-1",
      },
      input,
    );
    element.addEventListener("focusin", () => review.choose(path, { focus: "none" }));
    return { path, element, input };
  }

  #cell({ path, element, input }) {
    const { review } = this;
    const { draft, checker } = review;
    const state = draft.state(path);
    const field = draft.fields.get(path);
    refresh(input, draft.text(path));
    input.disabled = draft.isRemoved(path.slice(0, path.indexOf("]") + 1));
    element.dataset.state = state;
    if (field?.doubtful) element.dataset.stop = "";
    element.classList.toggle("chosen", review.chosen === path);
    const problem = checker.problem(path);
    element.classList.toggle("bad", problem !== "");
    attribute(input, "aria-invalid", problem ? "true" : null);
    element.classList.toggle(
      "failing",
      draft.edit(path) !== null && checker.failing(path).length > 0,
    );
    if (field && !input.title)
      element.title = `${review.label(path)}: ${percent(field.confidence)} sure`;
    const note = this.rows
      .get(path.slice(0, path.indexOf("]") + 1))
      ?.notes.find((each) => each.path === path);
    if (note) {
      note.accept.hidden = !["open", "withheld"].includes(state);
      say(note.accept, "Accept");
    }
  }
}
