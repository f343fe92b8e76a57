/* The question why a record isn't to be used: usual reasons, each a key, or one's own. */

import { el, fill, kbd } from "./dom.js";
import { capital, words } from "./naming.js";

export class Rejection {
  /**
   * @param {HTMLDialogElement} dialog
   * @param {(reason: string) => void} reject
   */
  constructor(dialog, reject) {
    this.dialog = dialog;
    this.reject = reject;
    this.usual = dialog.querySelector("#usual");
    this.own = dialog.querySelector("#own-reason");
    dialog.addEventListener("keydown", (event) => {
      if (event.target !== this.own) this.usual.children[Number(event.key) - 1]?.click();
    });
    dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      const reason = this.own.value.trim();
      if (reason) this.#say(reason);
      else this.own.focus();
    });
  }

  /** Ask about an item. */
  ask(item) {
    const type = words(item.type_title || item.type_name).toLowerCase();
    const article = /^[aeiou]/.test(type) ? "an" : "a";
    const reasons = [`not ${article} ${type}`, "a duplicate", "unreadable", "not ours"];
    fill(
      this.usual,
      ...reasons.map((reason, index) =>
        el(
          "button",
          { type: "button", class: "button", on: { click: () => this.#say(reason) } },
          kbd(index + 1),
          el("span", { text: capital(reason) }),
        ),
      ),
    );
    this.own.value = "";
    this.dialog.showModal();
    this.usual.firstChild.focus();
  }

  #say(reason) {
    this.dialog.close();
    this.reject(reason);
  }
}
