/* The item before a person: what is chosen, what was said, and what each action does to it. */

import { Checker } from "./checker.js";
import { Draft } from "./draft.js";
import { around } from "./geometry.js";
import { label, percent, prettified, rowOf, words } from "./naming.js";
import { Notes } from "./notes.js";
import * as session from "./session.js";

/** Milliseconds that one waits for a check before one goes on to the next field. */
const PATIENCE = 400;

export class Review {
  /**
   * @param {Object} parts `form`, `pages`, `live` (says things to screen readers), `changed` (is
   *   called after each change)
   */
  constructor(parts) {
    this.parts = parts;
    this.item = null;
    this.draft = null;
    this.chosen = "";
    this.known = new Set();
    this.checker = new Checker(() => this.refresh());
  }

  /**
   * Show an item.
   *
   * @param {Object} item a ReviewItem
   * @param {Object|null} kept a draft of it that was kept
   * @returns {string[]} the paths whose kept edits don't fit any more
   */
  start(item, kept = null) {
    const { draft, lost } = kept
      ? Draft.restored(item, kept)
      : { draft: new Draft(item), lost: [] };
    this.item = item;
    this.draft = draft;
    this.known = knownNames(item);
    this.chosen = "";
    this.checker.start(draft);
    this.parts.form.build(item);
    if (draft.typed) this.checker.ask({ now: true });
    this.refresh();
    return lost;
  }

  /** Forget the item. */
  stop() {
    this.item = null;
    this.draft = null;
    this.chosen = "";
    this.checker.start(null);
  }

  /** The form and the page, as things stand. */
  refresh() {
    if (!this.item) return;
    this.parts.form.update();
    this.parts.pages.setPlaces(this.#places());
    this.parts.changed();
  }

  // What views ask

  /** A server's sentence, with its fields as a person calls them. */
  words(text) {
    return prettified(text, this.known);
  }

  /** A field's name for a person, with its row as it is shown. */
  label(path) {
    const row = rowOf(path);
    return label(path, (row && this.draft?.rowNumber(row)) || undefined);
  }

  /** Where a field's value stands as it is now: {page, boxes}; null: nowhere. */
  place(path) {
    const edit = this.draft.edit(path);
    if (edit?.pointed) return edit.pointed;
    const found = edit ? this.checker.of(path)?.evidence : this.draft.fields.get(path)?.evidence;
    return found ? { page: found.page, boxes: found.boxes } : null;
  }

  sizeOf(page) {
    return this.parts.pages.sizeOf(page);
  }

  /** How a field's box looks, and what it says. */
  look(path) {
    const state = this.draft.state(path);
    const looks = { open: "doubt", changed: "changed", accepted: "good", corrected: "good" };
    const field = this.draft.fields.get(path);
    const sure = field && state !== "changed" ? ` (${percent(field.confidence)} sure)` : "";
    return {
      look: looks[state] ?? "plain",
      title: `${this.label(path)}: ${this.draft.text(path)}${sure}`,
    };
  }

  // Choosing

  /**
   * Choose a field.
   *
   * @param {string} path
   * @param {{focus: "card"|"input"|"none", reveal: boolean}} how
   */
  choose(path, { focus = "card", reveal = true } = {}) {
    if (!this.item) return;
    const other = this.chosen !== path;
    this.chosen = path;
    if (other) {
      this.draft.close();
      this.parts.form.update();
      this.parts.changed();
    }
    this.parts.form.show(path, focus);
    if (other && reveal) this.parts.pages.reveal(path);
  }

  /** Choose the field that one should look at first. */
  chooseFirst() {
    const first = this.draft.open[0] ?? this.parts.form.stops[0] ?? this.item.fields[0]?.path;
    if (first) this.choose(first);
  }

  /** Step through the form. */
  step(by) {
    const { stops } = this.parts.form;
    if (!stops.length) return;
    const at = stops.indexOf(this.chosen);
    const next = at < 0 ? (by > 0 ? 0 : stops.length - 1) : at + by;
    if (next >= 0 && next < stops.length) this.choose(stops[next]);
    else if (next >= stops.length) this.parts.atEnd();
  }

  /** Go to the next field that nobody looked at; the save button if there is none. */
  next({ typing = false } = {}) {
    const order = this.item.fields.map(({ path }) => path);
    const { open } = this.draft;
    const at = order.indexOf(this.chosen);
    const later = open.find((path) => order.indexOf(path) > at);
    const wanted = later ?? open[0];
    // Who types goes on typing where there is nothing to accept.
    const focus = typing && wanted && !this.draft.text(wanted) ? "input" : "card";
    if (wanted) this.choose(wanted, { focus });
    else this.parts.atEnd();
  }

  // Saying

  /** A keystroke in a field's input. */
  type(path, text) {
    this.draft.set(path, text, null, { typing: true });
    this.#said();
  }

  /** Take a text for a field at once: an alternative, or nothing. */
  take(path, text, { reset = false } = {}) {
    const pointed = this.draft.edit(path)?.pointed ?? null;
    const reading = this.checker.of(path)?.readings.includes(text);
    if (reset) this.draft.reset(path);
    else this.draft.set(path, text, reading ? pointed : null);
    // What is the same as before was looked at all the same.
    if (!this.draft.edit(path) && !reset && this.draft.state(path) === "open")
      this.draft.accept(path);
    this.draft.close();
    this.#said({ now: true });
    this.choose(path, { focus: "card" });
    this.parts.live(`${this.label(path)}: ${text || "not given"}`);
  }

  /** Take words of the page for the chosen field. */
  point(page, taken, text) {
    const path = this.chosen;
    if (!path || !this.draft || this.draft.isRemoved(rowOf(path))) return;
    const boxes = taken.map(({ x0, y0, x1, y1 }) => ({ x0, y0, x1, y1 }));
    if (!boxes.length) return;
    this.draft.set(path, text, { page, boxes }, { typing: true });
    this.#said({ now: true });
    this.parts.live(`${this.label(path)} from the page: ${text}`);
  }

  /** The n-th alternative of the chosen field. */
  pick(number) {
    const offer = this.chosen && Notes.offers(this.chosen, this)[number - 1];
    if (offer) this.take(this.chosen, offer.text, { reset: offer.reset });
    return Boolean(offer);
  }

  /** Say that a field is right, or take that back. */
  acceptOrNot(path) {
    if (path in this.draft.now.accepted) this.draft.reset(path);
    else this.draft.accept(path);
    const accepted = path in this.draft.now.accepted;
    this.#said({ now: true });
    this.parts.live(`${this.label(path)}: ${accepted ? "accepted" : "to be looked at"}`);
    if (accepted) this.choose(path, { focus: "none" });
    if (accepted) this.next();
  }

  /** Accept the chosen field as it stands, and go on; what can't be is said, and stays. */
  async confirm({ typing = false } = {}) {
    const path = this.chosen;
    if (!path) return;
    this.draft.close();
    if (this.draft.edit(path)) {
      // Who is quick isn't held up by a slow check: what can't be is told later, and isn't saved.
      await Promise.race([
        this.checker.settled(),
        new Promise((done) => setTimeout(done, PATIENCE)),
      ]);
      if (this.chosen !== path) return;
      const problem = this.checker.problem(path);
      if (problem) {
        this.parts.live(`${this.label(path)}: ${problem}`);
        return;
      }
    } else if (
      ["open", "withheld"].includes(this.draft.state(path)) &&
      !this.draft.isRemoved(rowOf(path))
    ) {
      this.draft.accept(path);
      this.#said({ now: true });
      this.parts.live(`${this.label(path)}: accepted`);
    }
    const isCell = typing && path.includes("[") && !this.draft.fields.get(path)?.doubtful;
    const below = isCell && this.parts.form.cellFrom(path, 1, 0);
    if (below) this.choose(below, { focus: "input" });
    else this.next({ typing });
  }

  insist(texts) {
    this.draft.insist(texts);
    this.#said({ check: false });
  }

  setEverything(everything) {
    this.draft.setEverything(everything);
    this.#said({ check: false });
  }

  addRow(list) {
    const row = this.draft.addRow(list);
    this.#said({ now: true });
    const { leaves } = this.item.lists.find(({ name }) => name === list);
    this.choose(`${row}.${leaves[0].name}`, { focus: "input" });
    this.parts.live(`Row added to ${words(list)}`);
  }

  removeRow(row) {
    this.draft.removeRow(row);
    if (rowOf(this.chosen) === row) this.chosen = "";
    this.#said({ now: true });
    this.parts.live("Row taken out. Undo brings it back");
  }

  putBack(row) {
    this.draft.putBack(row);
    this.#said({ now: true });
  }

  /** Take back the last thing that was said here; false: there is none. */
  undo() {
    const before = this.draft.now;
    if (!this.draft.undo()) return false;
    this.#said({ now: true });
    const changed = changedPaths(before, this.draft.now);
    const path = changed.find((each) => this.parts.form.element(each));
    if (path) this.choose(path);
    this.parts.live(path ? `Taken back: ${this.label(path)}` : "Taken back");
    return true;
  }

  #said({ now = false, check = true } = {}) {
    session.keepDraft(this.item.id, this.draft.dirty ? this.draft.toJSON() : null);
    if (check) this.checker.ask({ now });
    this.refresh();
  }

  #places() {
    const places = [];
    for (const path of new Set([
      ...this.draft.fields.keys(),
      ...Object.keys(this.draft.now.edits),
    ])) {
      const place = this.draft.isRemoved(rowOf(path)) ? null : this.place(path);
      if (place && around(place.boxes)) places.push({ path, ...place });
    }
    return places;
  }
}

/** What the type calls its fields, for `prettified`: paths, lists, and names of cells. */
function knownNames(item) {
  const names = new Set(item.fields.map(({ path }) => path.replace(/\[\d+\]/, "[]")));
  for (const { name, leaves } of item.lists) {
    names.add(name).add(`${name}[]`);
    for (const leaf of leaves) names.add(leaf.path).add(leaf.name);
  }
  return names;
}

function changedPaths(one, other) {
  const keys = new Set(
    [one, other].flatMap((each) => [...Object.keys(each.edits), ...Object.keys(each.accepted)]),
  );
  return [...keys].filter(
    (path) =>
      one.edits[path] !== other.edits[path] || path in one.accepted !== path in other.accepted,
  );
}
