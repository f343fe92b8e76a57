/* What has to be read before one goes on: one banner for each matter, with what can be done. */

import { el } from "./dom.js";

export class Banners {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
  }

  /**
   * Show a banner in place of the one about the same matter.
   *
   * @param {string} matter such as `save`
   * @param {Object} banner `look` (`bad`, `doubt`, `good` or ``), `text`, `list` (texts), `actions`
   *   ([{text, run, main}])
   */
  show(matter, { look = "", text, list = [], actions = [] }) {
    const buttons = actions.map(({ text: name, run, main }) =>
      el("button", {
        type: "button",
        class: `button small${main ? " main-action" : ""}`,
        text: name,
        on: { click: run },
      }),
    );
    const banner = el(
      "div",
      { class: `banner ${look}`, role: look === "bad" ? "alert" : "status", data: { matter } },
      el(
        "div",
        {},
        el("span", { text }),
        list.length > 0 && el("ul", {}, ...list.map((each) => el("li", { text: each }))),
      ),
      buttons.length > 0 && el("div", { class: "bar" }, ...buttons),
    );
    this.hide(matter);
    this.root.append(banner);
    return banner;
  }

  /** Take away the banners about a matter. */
  hide(...matters) {
    for (const matter of matters) this.of(matter)?.remove();
  }

  of(matter) {
    return this.root.querySelector(`[data-matter="${matter}"]`);
  }

  clear() {
    this.root.replaceChildren();
  }
}
