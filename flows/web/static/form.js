/* The record as a form: why it is here, what is doubtful, its lists, and the rest folded. */

import { Card } from "./card.js";
import { el, fill, say, scrolling } from "./dom.js";
import { capital, fileName, folderOf, many, words } from "./naming.js";
import { Table } from "./table.js";

export class Form {
  /**
   * @param {HTMLElement} root
   * @param {Review} review
   */
  constructor(root, review) {
    this.root = root;
    this.review = review;
    this.cards = new Map();
    this.tables = [];
  }

  /** Build the form of an item. */
  build(item) {
    const { review } = this;
    const single = item.fields.filter(({ path }) => !path.includes("["));
    const doubtful = single.filter((field) => field.doubtful);
    const others = single.filter((field) => !field.doubtful);
    this.cards = new Map(
      single.map((field) => [field.path, new Card(field, review, { full: field.doubtful })]),
    );
    this.tables = item.lists.map((list) => ({ list, table: new Table(list, review) }));
    this.othersCount = el("span", { class: "muted" });
    const lists = this.tables.map((each) => this.#list(each));
    const rest = this.#rest(
      others,
      !doubtful.length && !item.fields.some((field) => field.doubtful),
    );
    // Lists with something doubtful come before what is trusted; of those, the fields come first.
    const open = lists.filter((details) => details.open);
    const shut = lists.filter((details) => !details.open);
    fill(
      this.root,
      this.#head(item),
      el("div", { class: "fields" }, ...doubtful.map(({ path }) => this.cards.get(path).element)),
      ...open,
      rest,
      ...shut,
      this.withheld,
    );
    this.root.scrollTop = 0;
    this.update();
  }

  update() {
    for (const card of this.cards.values()) card.update();
    for (const each of this.tables) {
      each.table.update();
      say(each.summary, each.table.summary);
    }
    this.#everything();
  }

  /** Bring a field before a person: unfold what hides it, scroll to it, focus it. */
  show(path, focus) {
    const element = this.element(path);
    if (!element) return;
    for (let each = element.closest("details"); each; each = each.parentElement.closest("details"))
      each.open = true;
    if (focus === "none") return;
    const input = element.querySelector("[data-input]");
    if (focus === "input") {
      input.focus({ preventScroll: true });
      input.select();
    } else {
      element.focus({ preventScroll: true });
    }
    element.scrollIntoView({ block: "nearest", behavior: scrolling() });
  }

  element(path) {
    return this.root.querySelector(`[data-path="${CSS.escape(path)}"]`);
  }

  /** The fields that one steps through, from top to bottom: all that aren't folded. */
  get stops() {
    return [...this.root.querySelectorAll("[data-stop]")]
      .filter((element) => element.getClientRects().length > 0)
      .map((element) => element.dataset.path);
  }

  /** The cell beside, above or below another one; "": there is none. */
  cellFrom(path, down, across) {
    const cell = this.element(path);
    const rows = [
      ...cell.closest("table").querySelectorAll("tbody:not(.removed) > tr:has(> .cell)"),
    ];
    const row = rows.indexOf(cell.parentElement);
    const cells = (each) => [...each.querySelectorAll(".cell")];
    const column = cells(cell.parentElement).indexOf(cell);
    const found = rows[row + down] && cells(rows[row + down])[column + across];
    return found?.dataset.path ?? "";
  }

  #head(item) {
    const several = item.record > 0 ? `, record ${item.record + 1}` : "";
    const reasons = item.reasons.map((text) =>
      el("li", { text: capital(this.review.words(text)) }),
    );
    return el(
      "div",
      { class: "form-head" },
      el(
        "h1",
        {},
        capital(item.type_title || words(item.type_name)),
        el(
          "span",
          { class: "file", title: item.source },
          el("span", { class: "folder", text: folderOf(item.source) }),
          fileName(item.source),
          several,
        ),
      ),
      reasons.length > 0 &&
        el("ul", { class: "reasons", "aria-label": "Why it is here" }, ...reasons),
      ...(item.account ?? []).map((text) => el("p", { class: "muted", text })),
    );
  }

  #list(each) {
    const { list, table } = each;
    each.summary = el("span", { class: "muted" });
    const { draft, checker } = this.review;
    const mine = (path) => path.startsWith(`${list.name}[`);
    const open = draft.open.some(mine) || checker.failed.some(({ paths }) => paths.some(mine));
    return el(
      "details",
      { class: "section", open },
      el("summary", {}, el("h2", { text: capital(words(list.name)) }), each.summary),
      table.element,
    );
  }

  #rest(others, open) {
    this.othersCount.textContent = `${many(others.length, "field")}`;
    return el(
      "details",
      { class: "section", open, hidden: others.length === 0 },
      el("summary", {}, el("h2", { text: "Other fields" }), this.othersCount),
      el("div", { class: "fields two" }, ...others.map(({ path }) => this.cards.get(path).element)),
    );
  }

  #everything() {
    const { draft } = this.review;
    const count = draft.item.fields.filter(
      ({ path, withheld }) =>
        withheld && ["withheld"].includes(draft.state(path)) && !draft.isRemoved(path),
    ).length;
    if (!this.withheld) {
      this.everything = el("input", {
        type: "checkbox",
        id: "everything",
        on: { change: (event) => this.review.setEverything(event.target.checked) },
      });
      this.withheldText = el("span");
      this.withheld = el(
        "label",
        { class: "withheld-switch", for: "everything" },
        this.everything,
        this.withheldText,
      );
      this.root.append(this.withheld);
    }
    this.withheld.hidden = count === 0 && !draft.now.everything;
    this.everything.checked = draft.now.everything;
    say(
      this.withheldText,
      draft.now.everything
        ? "What wasn't sure enough is published too"
        : `Publish also the ${many(count, "value")} that ${count === 1 ? "isn't" : "aren't"} sure enough (dotted)`,
    );
  }
}
