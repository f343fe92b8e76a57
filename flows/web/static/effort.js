/* What a document costs a person: seconds in which he looked at it, and keys and clicks. */

/** A pause longer than this is no work on the document: someone at the door. Milliseconds. */
const PAUSE = 90_000;

const TEXT = "input, textarea, select";

export class Effort {
  constructor() {
    this.reset();
    const signs = ["pointerdown", "pointermove", "wheel", "keydown"];
    for (const sign of signs)
      document.addEventListener(sign, () => this.#sign(), { passive: true, capture: true });
    document.addEventListener("visibilitychange", () => this.#turn());
    document.addEventListener("keydown", (event) => this.#key(event), true);
    document.addEventListener("focusin", () => (this.typing = null), true);
    document.addEventListener(
      "click",
      // A click without a place is the echo of a key, which was counted.
      (event) => event.detail !== 0 && (this.actions += 1),
      true,
    );
  }

  /** Begin to count anew. */
  reset() {
    this.actions = 0;
    this.spent = 0;
    this.typing = null;
    this.last = document.hidden ? null : performance.now();
  }

  /** Seconds so far, in tenths. */
  get seconds() {
    this.#sign();
    return Math.round(this.spent / 100) / 10;
  }

  #sign() {
    const now = performance.now();
    if (this.last !== null) {
      this.spent += Math.min(now - this.last, PAUSE);
      this.last = now;
    }
  }

  #turn() {
    if (document.hidden) {
      this.#sign();
      this.last = null;
    } else {
      this.last = performance.now();
    }
  }

  #key(event) {
    if (["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
    const text = event.target.matches?.(TEXT) ? event.target : null;
    const typed =
      text && (event.key.length === 1 || event.key === "Backspace" || event.key === "Delete");
    // A word that is typed is one action, however long it is.
    if (typed && !event.ctrlKey && !event.metaKey) {
      if (this.typing === text) return;
      this.typing = text;
    } else {
      this.typing = null;
    }
    this.actions += 1;
  }
}
