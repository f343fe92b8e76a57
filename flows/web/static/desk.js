/* The way of items over a desk: take the next, keep the claim, save, skip, reject, take back. */

import * as api from "./api.js";
import { capital, duration, fileName, label, many, moment } from "./naming.js";
import { Refusals } from "./refusals.js";
import * as session from "./session.js";

/** Milliseconds after which a claim is renewed; it ends after five minutes. */
const RENEW = 60_000;
const SOON = 3_000;

export class Desk {
  /**
   * @param {Object} parts `review`, `pages`, `banners`, `effort`, `live`, `toast`, `show` (which of
   *   `work`, `wait`, `end` is seen), `count` (says how many are left), `changed`
   * @param {Object} filters of the queue
   */
  constructor(parts, filters) {
    Object.assign(this, parts);
    this.filters = filters;
    this.refusals = new Refusals(this);
    this.holder = session.holder();
    this.busy = false;
    this.item = null;
    this.since = "";
    setInterval(() => this.#renew(), RENEW);
    // After a reload the page before may have released it a moment later.
    setTimeout(() => this.#renew(), SOON);
    document.addEventListener("visibilitychange", () => document.hidden || this.#renew());
    addEventListener("pagehide", () => this.#release());
    addEventListener("pageshow", (event) => event.persisted && this.#renew());
    addEventListener("beforeunload", (event) => {
      if (this.review.draft?.typed) event.preventDefault();
    });
  }

  // Taking

  /** Take the next item of the queue. */
  async next({ replace = false } = {}) {
    await this.#busily(
      "next",
      () => this.next({ replace }),
      async () => {
        const answer = await api.nextItem(this.holder, session.skipped(), this.filters);
        this.count(answer.left, answer.seconds_each);
        if (!answer.item) {
          this.#end(answer.left);
          return;
        }
        this.since = answer.claim?.since ?? "";
        const pages = api.pages(answer.item.id);
        this.#address(answer.item.id, replace);
        this.#lay(answer.item, pages);
      },
    );
  }

  /** Open a certain item. */
  async open(id) {
    await this.#busily(
      "open",
      () => this.open(id),
      async () => {
        const pages = api.pages(id);
        pages.catch(() => {});
        const claimed = api.claim(id, this.holder).then(
          (claim) => ({ claim }),
          (error) => ({ error }),
        );
        const [answer, queue] = await Promise.all([api.item(id), api.queue().catch(() => null)]);
        if (queue) this.count(queue.open, queue.seconds_each);
        this.#lay(answer.item, pages, answer.decisions);
        const { claim, error } = await claimed;
        if (this.item?.id !== id) return;
        this.since = claim?.since ?? "";
        if (error && answer.item.outcome === "in_review") {
          error.body.claim ??= answer.claim;
          this.refusals.say(error);
        }
      },
    );
  }

  /** Show an item, with what was kept of a draft of it. */
  #lay(item, pages, decisions = []) {
    this.item = item;
    this.banners.clear();
    this.show("work");
    const kept = session.draftOf(item.id);
    const lost = this.review.start(item, kept);
    const first = this.review.draft.open[0];
    this.pages
      .load(item, pages, this.review.draft.fields.get(first)?.evidence?.page ?? 1)
      .then(() => {
        if (this.item === item) this.pages.reveal(this.review.chosen);
      });
    this.effort.reset();
    this.review.chooseFirst();
    document.title = `${fileName(item.source)} · papersift`;
    if (item.outcome !== "in_review") this.#settledBefore(item, decisions);
    if (kept && this.review.draft.typed) {
      this.banners.show("kept", {
        look: lost.length ? "doubt" : "",
        text: lost.length
          ? "Your unsaved edits are here again, where they still fit. Changed since by somebody else:"
          : "Your unsaved edits are here again.",
        list: lost.map(label),
        actions: [{ text: "Drop them", run: () => this.drop() }],
      });
    }
    this.changed();
  }

  /** Show the item as somebody else left it, with the edits that still fit. */
  rebase(item, decisions) {
    this.item = item;
    const lost = this.review.start(item, this.review.draft.toJSON());
    session.keepDraft(item.id, this.review.draft.dirty ? this.review.draft.toJSON() : null);
    this.banners.clear();
    this.banners.show("kept", {
      look: lost.length ? "doubt" : "good",
      text: lost.length
        ? "This is how it is now. These edits of yours didn't fit any more:"
        : "This is how it is now, with your edits.",
      list: lost.map(label),
    });
    if (item.outcome !== "in_review") this.#settledBefore(item, decisions);
    this.review.chooseFirst();
  }

  /** Forget the draft of this item. */
  drop() {
    session.keepDraft(this.item.id, null);
    this.banners.hide("kept");
    this.review.start(this.item);
    this.review.chooseFirst();
  }

  // Saying

  /** Save what was said, accept what is left, and go to the next document. */
  async save({ sure = false } = {}) {
    const { review, item } = this;
    if (!item || this.busy) return;
    if (item.outcome === "rejected" || (item.outcome !== "in_review" && !review.draft.typed)) {
      await this.next();
      return;
    }
    review.draft.close();
    await this.#busily(
      "save",
      () => this.save({ sure }),
      async () => {
        await review.checker.settled();
        if (!this.#fits(sure)) return;
        const { draft, checker } = review;
        // What was accepted before can be corrected, but not be accepted again.
        const first = item.outcome === "in_review";
        await this.#settle({
          ...draft.wire(),
          accept: first ? draft.acceptedPaths : [],
          accept_all: first,
          everything: first && draft.now.everything,
          insist: sure || checker.odd.length > 0,
        });
      },
    );
  }

  /** Say that the record isn't to be used. */
  async reject(reason) {
    await this.#busily(
      "save",
      () => this.reject(reason),
      () => this.#settle({ reject: reason }),
    );
  }

  /** Leave the item for later. */
  async skip() {
    if (!this.item || this.busy) return;
    session.skip(this.item.id);
    this.#release();
    await this.next();
  }

  /** Take back the last thing said here or, if there is none, the last that was saved. */
  async undo() {
    if (this.busy) return;
    if (this.review.undo()) return;
    const last = session.done().at(-1);
    if (!last) {
      this.live("There is nothing to take back");
      this.toast("There is nothing to take back");
      return;
    }
    await this.#busily(
      "undo",
      () => this.undo(),
      async () => {
        const pages = api.pages(last.id);
        pages.catch(() => {});
        const { item } = await api.undo(last.id, this.holder, last.revision);
        session.takeDone();
        if (this.item && this.item.id !== item.id) this.#release();
        // What was said then is there again, to be said otherwise.
        session.keepDraft(item.id, last.draft && { ...last.draft, revision: item.revision });
        this.#address(item.id, false);
        this.#lay(item, pages);
        this.banners.hide("kept");
        this.toast(`Taken back: ${fileName(item.source)} is open again`);
        this.#recount();
      },
    );
  }

  /** Whether nothing stands against saving; what does is shown. */
  #fits(sure) {
    const { draft, checker } = this.review;
    const [blocked] = checker.blocked.filter((path) => !draft.isRemoved(path));
    if (blocked) {
      this.banners.show("draft", {
        look: "bad",
        text: `Not saved: ${this.review.label(blocked)}. ${checker.problem(blocked)}`,
      });
      this.review.choose(blocked, { focus: "input" });
      return false;
    }
    if (!sure && checker.unsaid.length) {
      this.refusals.odd(checker.unsaid);
      return false;
    }
    this.banners.hide("save", "draft");
    return true;
  }

  async #settle(settlement) {
    const { item, effort, review } = this;
    const { seconds, actions } = effort;
    const draft =
      settlement.reject === undefined && review.draft.dirty ? review.draft.toJSON() : null;
    const answer = await api.settle(item.id, {
      ...settlement,
      revision: item.revision,
      holder: this.holder,
      seconds,
      actions,
    });
    session.keepDraft(item.id, null);
    session.addDone({
      id: item.id,
      source: item.source,
      revision: answer.item.revision,
      seconds,
      draft,
    });
    review.draft.now = { ...review.draft.now, edits: {}, removed: {}, added: {} };
    const verb = settlement.reject === undefined ? "Saved" : "Rejected";
    this.item = null;
    this.busy = false;
    await this.next();
    this.toast(`${verb}: ${fileName(item.source)}`, { undo: true });
  }

  // What was settled before

  #settledBefore(item, decisions) {
    const last = decisions.filter(({ undone }) => !undone).at(-1);
    const by = last ? ` by ${last.who}, ${moment(last.at)}` : "";
    const how = item.outcome === "rejected" ? "Rejected" : "Settled";
    const actions = [{ text: "Go on with the next", run: () => this.next(), main: true }];
    if (last) actions.push({ text: "Open it again", run: () => this.#reopen(item) });
    this.banners.show("settled", { look: "good", text: `${how}${by}.`, actions });
  }

  async #reopen(item) {
    await this.#busily(
      "undo",
      () => this.#reopen(item),
      async () => {
        const pages = api.pages(item.id);
        pages.catch(() => {});
        const answer = await api.undo(item.id, this.holder, item.revision);
        this.#lay(answer.item, pages);
      },
    );
  }

  // The end

  #end(stillOpen) {
    this.item = null;
    this.review.stop();
    this.pages.clear();
    this.banners.clear();
    document.title = "Nothing left · papersift";
    history.replaceState({}, "", `/review${this.#query()}`);
    const done = session.done();
    const skipped = session.skipped().length;
    const others = Math.max(stillOpen - skipped, 0);
    const seconds = done.map((each) => each.seconds).sort((one, other) => one - other);
    const middle = seconds.length
      ? (seconds[(seconds.length - 1) >> 1] + seconds[seconds.length >> 1]) / 2
      : 0;
    this.show("end", {
      title: skipped
        ? "That was all but what you skipped"
        : done.length
          ? "All done"
          : "Nothing to review",
      text: done.length
        ? `You settled ${many(done.length, "record")}; half of them took less than ${duration(middle)}.`
        : "What is doubtful in the next documents will wait in the queue.",
      more: others
        ? `${capital(many(others, "record"))} ${others === 1 ? "is" : "are"} before somebody else now.`
        : "",
      skipped,
      done: done.length > 0,
    });
  }

  /** Take up again what was skipped. */
  async again() {
    session.forgetSkipped();
    await this.next({ replace: true });
  }

  // Small matters

  async #busily(matter, again, work) {
    if (this.busy) return;
    this.busy = true;
    this.changed();
    try {
      await work();
      this.banners.hide("network");
    } catch (error) {
      if (!(error instanceof api.ApiError)) throw error;
      this.refusals.say(
        error,
        error.code === "network" || error.code.startsWith("http_") || error.code === "store"
          ? again
          : null,
      );
      if (!this.item) {
        this.review.stop();
        this.show("wait");
      }
    } finally {
      this.busy = false;
      this.changed();
    }
  }

  #address(id, replace) {
    const address = `/items/${id}${this.#query()}`;
    if (replace || location.pathname === `/items/${id}`) history.replaceState({ id }, "", address);
    else history.pushState({ id }, "", address);
  }

  #query() {
    const query = new URLSearchParams(this.filters).toString();
    return query && `?${query}`;
  }

  async #renew() {
    if (!this.item || document.hidden || this.busy || this.item.outcome !== "in_review") return;
    const { id } = this.item;
    try {
      await api.claim(id, this.holder);
      if (this.lostClaim) this.banners.hide("claim");
      this.lostClaim = false;
    } catch (error) {
      if (this.item?.id !== id || error.code !== "claimed") return;
      this.lostClaim = true;
      this.banners.show("claim", {
        look: "doubt",
        text: `${error.message} What you save is refused until it is free again.`,
        actions: [{ text: "Go on with the next", run: () => this.next() }],
      });
    }
  }

  #release() {
    if (this.item) api.release(this.item.id, this.holder);
  }

  async #recount() {
    const queue = await api.queue().catch(() => null);
    if (queue) this.count(queue.open, queue.seconds_each);
  }
}
