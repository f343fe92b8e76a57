/* What the server refused, in words, with what one can do about it. Nothing that was typed is lost. */

import { clock, told } from "./naming.js";

export class Refusals {
  /** @param {Desk} desk whose `review`, `banners`, `since` and ways to go on are used */
  constructor(desk) {
    this.desk = desk;
    this.onward = { text: "Go on with the next", run: () => desk.next(), main: true };
  }

  /**
   * Say why something wasn't done.
   *
   * @param {ApiError} error
   * @param {(() => void)|null} again tries it once more, where that makes sense
   */
  say(error, again = null) {
    const { body, code, message } = error;
    const retry = again ? [{ text: "Try again", run: again, main: true }] : [];
    if (code === "claimed") this.#show("doubt", claimed(error), { actions: [this.onward] });
    else if (code === "stale" && body.item) this.#stale(error);
    else if (code === "impossible") this.#impossible(error);
    else if (code === "odd") this.odd(body.odd ?? [message]);
    else if (code === "unknown_item") this.#show("bad", message, { actions: [this.onward] });
    else if (code === "no_token") this.#loggedOut(message, retry);
    else {
      this.desk.banners.hide("save");
      this.desk.banners.show("network", { look: "bad", text: message, actions: retry });
    }
  }

  /** Say what is odd about a draft, and let a person insist. */
  odd(texts) {
    const { banners, review } = this.desk;
    const run = () => this.desk.save({ sure: true });
    const banner = banners.show("draft", {
      look: "doubt",
      text: texts.length > 1 ? "Some things are odd:" : "Something is odd:",
      list: texts.map((each) => review.words(each)),
      actions: [{ text: "I'm sure: save and go on", run, main: true }],
    });
    banner.querySelector("button").focus();
  }

  #impossible({ body, message }) {
    const { banners, review } = this.desk;
    const here = (path) => review.draft.fromSent(path);
    const problems = Object.entries(body.problems ?? {});
    banners.show("draft", {
      look: "bad",
      text: message,
      list: problems.map(([path, text]) => `${review.label(here(path))}: ${text}`),
    });
    if (problems.length) review.choose(here(problems[0][0]), { focus: "input" });
  }

  #stale({ body, message }) {
    const { desk } = this;
    const fresh = ({ at, undone }) => !undone && (!desk.since || at >= desk.since);
    const since = (body.decisions ?? []).filter(fresh);
    this.#show("doubt", since.length ? "Not saved: it was changed meanwhile." : message, {
      list: since.map(told),
      actions: [
        {
          text: "Show it as it is now, and keep my edits where they still fit",
          main: true,
          run: () => desk.rebase(body.item, body.decisions ?? []),
        },
        { ...this.onward, main: false },
      ],
    });
  }

  #loggedOut(message, retry) {
    const run = () => open("/login", "_blank", "noopener");
    this.#show("bad", `${message} Your edits are kept here.`, {
      actions: [{ text: "Log in, in another tab", run }, ...retry],
    });
  }

  #show(look, text, more = {}) {
    this.desk.banners.show("save", { look, text, ...more });
  }
}

function claimed({ body, message }) {
  if (!body.claim) return message;
  const { who, until } = body.claim;
  return `${who} has this document open; it is free again at ${clock(until)} unless they go on with it.`;
}
