/* What the draft comes to, asked of the server while one types; the page itself judges nothing. */

import * as api from "./api.js";

/** Milliseconds without a keystroke after which one has typed enough to be told. */
const PAUSE = 250;

export class Checker {
  /** @param {() => void} changed is called when there is something new to show */
  constructor(changed) {
    this.changed = changed;
    this.start(null);
  }

  /** Begin with another item's draft. */
  start(draft) {
    clearTimeout(this.timer);
    this.draft = draft;
    this.timer = null;
    this.running = null;
    this.turn = (this.turn ?? 0) + 1;
    this.unreached = null;
    this.#shipped();
  }

  /** The server's word on a field's new text; null: there is none (yet). */
  of(path) {
    const found = this.fields.get(path);
    return found && found.text === this.draft.edit(path)?.text ? found : null;
  }

  /** Why a field can't be saved; empty: it can, as far as is known. */
  problem(path) {
    const found = this.of(path);
    if (!found) return "";
    if (found.problem) return found.problem;
    return found.readings.length > 1 && found.value === null
      ? "It can be more than one thing: choose one."
      : "";
  }

  /** The paths that can't be saved. */
  get blocked() {
    return [...this.fields.keys()].filter((path) => this.draft.edit(path) && this.problem(path));
  }

  /** What is odd and nobody has said that it is meant. */
  get unsaid() {
    return this.odd.filter((text) => !this.draft.insistsOn(text));
  }

  /** Whether a check that failed for a field on extraction passes with the draft. */
  passesNow(path, text) {
    const name = this.draft.item.checks.find((check) => check.text === text)?.name;
    const now = this.results.find((check) => check.name === name && check.paths.includes(path));
    return Boolean(name) && now?.verdict === "passed";
  }

  /** The checks across fields that fail with a field in them. */
  failing(path) {
    return this.failed.filter(({ paths }) => paths.includes(path));
  }

  /** The odd things that a field brings, in the words that are insisted on. */
  oddOf(path) {
    const remark = this.of(path)?.remark;
    const texts = this.failing(path).map(({ text }) => text);
    const wanted = (text) =>
      (remark && text.includes(remark.replace(/\.$/, ""))) ||
      texts.some((each) => text.includes(each));
    return this.draft.edit(path) ? this.odd.filter(wanted) : [];
  }

  /** Ask after a pause in typing, or at once. */
  ask({ now = false } = {}) {
    clearTimeout(this.timer);
    this.turn += 1;
    if (now) this.#ask();
    else this.timer = setTimeout(() => this.#ask(), PAUSE);
  }

  /** Wait until the draft as it stands is checked, or can't be. */
  async settled() {
    if (this.timer) this.#ask();
    while (this.running) await this.running;
  }

  #ask() {
    clearTimeout(this.timer);
    this.timer = null;
    const { values, removals } = this.draft.wire();
    if (!values.length && !removals.length) {
      this.running = null;
      this.unreached = null;
      this.#shipped();
      this.changed();
      return;
    }
    const running = this.#answered(this.turn, { values, removals }).finally(() => {
      if (this.running === running) this.running = null;
    });
    this.running = running;
  }

  async #answered(turn, wire) {
    const { draft } = this;
    const here = (path) => draft.fromAfter(path);
    try {
      const { fields, checks, odd } = await api.check(draft.item.id, wire);
      if (turn !== this.turn) return;
      this.unreached = null;
      this.fields = new Map(fields.map((field) => [draft.fromSent(field.path), field]));
      this.#took(checks, here);
      this.odd = odd;
    } catch (error) {
      if (turn !== this.turn) return;
      // What was said of an older draft holds no more.
      this.#shipped();
      this.unreached = error;
    }
    this.changed();
  }

  /** Without a draft: what the item came with. */
  #shipped() {
    this.fields = new Map();
    this.#took(this.draft?.item.checks ?? [], (path) => path);
    this.odd = [];
  }

  #took(checks, here) {
    this.results = checks.map(({ fields, ...check }) => ({ ...check, paths: fields.map(here) }));
    this.failed = this.results.filter(({ verdict }) => verdict === "failed");
  }
}
