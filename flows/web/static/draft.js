/* What a person has said of an item and not saved yet; it knows no page and no server.

   Rows keep the number by which they were first seen, added ones go on from there; only `wire`
   numbers them as the server does, so that a removal here moves nothing. */

import { rowOf } from "./naming.js";

const NOTHING = {
  edits: {},
  accepted: {},
  removed: {},
  added: {},
  everything: false,
  insisted: [],
};

/** How many steps can be taken back. */
const STEPS = 200;

export class Draft {
  /** @param {Object} item a ReviewItem */
  constructor(item) {
    this.item = item;
    this.fields = new Map(item.fields.map((field) => [field.path, field]));
    this.counts = counts(item);
    this.now = NOTHING;
    this.past = [];
    this.typing = "";
  }

  /**
   * A draft that was kept (`toJSON`), on the item as it is now.
   *
   * @returns {{draft: Draft, lost: string[]}} `lost` are the paths whose value changed since, which
   *   therefore weren't taken over
   */
  static restored(item, kept) {
    const draft = new Draft(item);
    const lost = [];
    const fits = (path, was) => {
      const held = draft.fields.has(path) || !rowOf(path);
      const same = held && draft.#value(path) === was;
      if (!same) lost.push(path);
      return same;
    };
    const edits = {};
    const added = {};
    for (const [list, numbers] of Object.entries(kept.now.added)) {
      const first = draft.counts[list] ?? 0;
      added[list] = numbers.map((_, index) => first + index);
      numbers.forEach((number, index) => {
        for (const [path, edit] of Object.entries(kept.now.edits)) {
          if (rowOf(path) === `${list}[${number}]`) {
            edits[path.replace(`[${number}]`, `[${first + index}]`)] = edit;
          }
        }
      });
    }
    const isAdded = (path) =>
      Object.entries(kept.now.added).some(([list, numbers]) =>
        numbers.some((number) => rowOf(path) === `${list}[${number}]`),
      );
    for (const [path, edit] of Object.entries(kept.now.edits)) {
      if (!isAdded(path) && fits(path, edit.was)) edits[path] = edit;
    }
    const accepted = pick(kept.now.accepted, (path, was) => fits(path, was));
    const removed = pick(kept.now.removed, (row, was) => {
      const same = draft.signature(row) === was;
      if (!same) lost.push(row);
      return same;
    });
    draft.now = { ...kept.now, edits, accepted, removed, added };
    return { draft, lost };
  }

  toJSON() {
    return { revision: this.item.revision, now: this.now };
  }

  /** Whether anything would be lost that took typing. */
  get typed() {
    const { edits, removed, added } = this.now;
    return [edits, removed, added].some((each) => Object.keys(each).length > 0);
  }

  /** Whether anything was said at all. */
  get dirty() {
    return this.typed || this.now.everything || Object.keys(this.now.accepted).length > 0;
  }

  // What stands there now

  /** The text of a field with the draft. */
  text(path) {
    return this.now.edits[path]?.text ?? this.#value(path) ?? "";
  }

  edit(path) {
    return this.now.edits[path] ?? null;
  }

  /** `changed`, `accepted`, `open` (to be looked at), `withheld` or `` (nothing to do). */
  state(path) {
    const field = this.fields.get(path);
    if (this.now.edits[path]) return "changed";
    if (path in this.now.accepted || field?.settled === "accept") return "accepted";
    if (field?.settled === "correct") return "corrected";
    if (field?.doubtful) return "open";
    if (field?.withheld) return this.now.everything ? "accepted" : "withheld";
    return "";
  }

  /** The fields that a person must still look at, in the form's order. */
  get open() {
    return this.item.fields
      .map((field) => field.path)
      .filter((path) => this.state(path) === "open" && !this.isRemoved(rowOf(path)));
  }

  /** A list's rows: those there are, then the added ones. */
  rows(list) {
    const there = Array.from({ length: this.counts[list] ?? 0 }, (_, number) => number);
    const added = this.now.added[list] ?? [];
    return [...there, ...added].map((number) => ({
      row: `${list}[${number}]`,
      number,
      added: added.includes(number),
      removed: this.isRemoved(`${list}[${number}]`),
    }));
  }

  /** A row's number as it is shown, from 1: those taken out don't count; null for one of them. */
  rowNumber(row) {
    const rows = this.rows(row.slice(0, row.indexOf("["))).filter(({ removed }) => !removed);
    const at = rows.findIndex((each) => each.row === row);
    return at < 0 ? null : at + 1;
  }

  isRemoved(row) {
    return row !== "" && row in this.now.removed;
  }

  /** What a row says, by which it is known again. */
  signature(row) {
    return [...this.fields.values()]
      .filter((field) => rowOf(field.path) === row)
      .map((field) => `${field.path.slice(row.length)}=${field.value ?? ""}`)
      .join("\n");
  }

  // What a person does

  /** Give a field another text; keystrokes in one field are one step until `close`. */
  set(path, text, pointed = null, { typing = false } = {}) {
    const was = this.#value(path);
    const edits = { ...this.now.edits };
    if (text === (was ?? "") && !pointed) delete edits[path];
    else edits[path] = { text, pointed, was };
    const accepted = without(this.now.accepted, path);
    this.#step({ edits, accepted }, typing ? path : "");
  }

  /** Say that a field is right as it stands. */
  accept(path) {
    this.#step({ accepted: { ...this.now.accepted, [path]: this.#value(path) } });
  }

  /** Take back what was said of one field. */
  reset(path) {
    this.#step({
      edits: without(this.now.edits, path),
      accepted: without(this.now.accepted, path),
    });
  }

  addRow(list) {
    const added = this.now.added[list] ?? [];
    const number = Math.max(this.counts[list] ?? 0, ...added.map((each) => each + 1));
    this.#step({ added: { ...this.now.added, [list]: [...added, number] } });
    return `${list}[${number}]`;
  }

  removeRow(row) {
    const [list, number] = [row.slice(0, row.indexOf("[")), Number(/\[(\d+)\]/.exec(row)[1])];
    const added = this.now.added[list] ?? [];
    if (!added.includes(number)) {
      this.#step({ removed: { ...this.now.removed, [row]: this.signature(row) } });
      return;
    }
    const left = added.filter((each) => each !== number);
    this.#step({
      added: left.length ? { ...this.now.added, [list]: left } : without(this.now.added, list),
      edits: pick(this.now.edits, (path) => rowOf(path) !== row),
    });
  }

  putBack(row) {
    this.#step({ removed: without(this.now.removed, row) });
  }

  /** Publish also what is withheld, or not. */
  setEverything(everything) {
    this.#step({ everything });
  }

  /** Say that odd things are meant, by the words in which they were said. */
  insist(texts) {
    this.#step({ insisted: [...new Set([...this.now.insisted, ...texts])] });
  }

  insistsOn(text) {
    return this.now.insisted.includes(text);
  }

  /** Take the last step back; false: there is none. */
  undo() {
    this.typing = "";
    const before = this.past.pop();
    if (!before) return false;
    this.now = before;
    return true;
  }

  /** End a run of keystrokes. */
  close() {
    this.typing = "";
  }

  // What the server gets

  /** The draft as the server numbers it: `values` and `removals`. */
  wire() {
    const sent = this.#sentRows();
    const values = [];
    for (const [path, { text, pointed }] of Object.entries(this.now.edits)) {
      const row = rowOf(path);
      if (this.isRemoved(row)) continue;
      if (row && !sent.has(row)) continue;
      values.push({ path: row ? sent.get(row) + path.slice(row.length) : path, text, pointed });
    }
    return {
      values: values.filter((each) => !this.#emptyNew(each)),
      removals: Object.keys(this.now.removed),
    };
  }

  /** The path here of one that the server names: as it was sent. */
  fromSent(path) {
    return renamed(path, invert(this.#sentRows()));
  }

  /** The path here of one that the server names as it would be after the draft. */
  fromAfter(path) {
    const names = new Map();
    const sent = this.#sentRows();
    for (const list of this.#lists()) {
      let number = 0;
      for (const { row, removed } of this.rows(list)) {
        if (removed || !sent.has(row)) continue;
        names.set(`${list}[${number}]`, row);
        number += 1;
      }
    }
    return renamed(path, names);
  }

  /** The accepted fields that weren't changed or removed afterwards. */
  get acceptedPaths() {
    return Object.keys(this.now.accepted).filter((path) => !this.isRemoved(rowOf(path)));
  }

  #lists() {
    return new Set([...Object.keys(this.counts), ...Object.keys(this.now.added)]);
  }

  /** Local rows by the name that they are sent under; added rows without a value aren't. */
  #sentRows() {
    const names = new Map();
    for (const list of this.#lists()) {
      let next = this.counts[list] ?? 0;
      for (const { row, added } of this.rows(list)) {
        if (!added) names.set(row, row);
        else if (this.#hasText(row)) names.set(row, `${list}[${next++}]`);
      }
    }
    return names;
  }

  #hasText(row) {
    return Object.entries(this.now.edits).some(
      ([path, edit]) => rowOf(path) === row && edit.text.trim(),
    );
  }

  #emptyNew({ path, text }) {
    const row = rowOf(path);
    if (!row || text.trim()) return false;
    return Number(/\[(\d+)\]/.exec(row)[1]) >= (this.counts[row.slice(0, row.indexOf("["))] ?? 0);
  }

  #value(path) {
    return this.fields.get(path)?.value ?? null;
  }

  #step(change, typing = "") {
    if (!typing || typing !== this.typing) {
      this.past.push(this.now);
      if (this.past.length > STEPS) this.past.shift();
    }
    this.typing = typing;
    this.now = { ...this.now, ...change };
  }
}

function counts(item) {
  const found = {};
  for (const { name } of item.lists) found[name] = 0;
  for (const { path } of item.fields) {
    const at = /^(\w+)\[(\d+)\]/.exec(path);
    if (at) found[at[1]] = Math.max(found[at[1]] ?? 0, Number(at[2]) + 1);
  }
  return found;
}

function renamed(path, names) {
  const row = rowOf(path);
  return row && names.has(row) ? names.get(row) + path.slice(row.length) : path;
}

const invert = (names) => new Map([...names].map(([one, other]) => [other, one]));
const without = (record, key) => pick(record, (each) => each !== key);
const pick = (record, keep) =>
  Object.fromEntries(Object.entries(record).filter(([key, value]) => keep(key, value)));
