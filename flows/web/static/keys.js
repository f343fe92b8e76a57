/* The keys: one table that is obeyed, and shown by `?`. */

import { el, fill } from "./dom.js";

const TEXT = "input:not([type=checkbox]), textarea, select";
const OWN = "button, a, summary, input[type=checkbox]";

export class Keys {
  /**
   * @param {Array<Object>} table rows of {keys, what, run, typing, group, always}: `keys` as `name`
   *   gives them; `typing`: also while a text is edited, or `only` then; `run(event)` returns false
   *   to leave the key to the browser
   * @param {(row: Object) => boolean} listening
   */
  constructor(table, listening) {
    this.table = table;
    document.addEventListener("keydown", (event) => {
      if (event.defaultPrevented || event.isComposing) return;
      if (document.querySelector("dialog[open]")) return;
      // A key that is held down doesn't accept one document after the other.
      if (event.repeat && event.key === "Enter") {
        event.preventDefault();
        return;
      }
      const typing = event.target.matches(TEXT);
      // A button that has the focus is pressed by Enter and the space bar, and nothing else is.
      if (event.target.closest(OWN) && ["Enter", " "].includes(name(event))) return;
      const meant = (each) => (typing ? Boolean(each.typing) : each.typing !== "only");
      const row = this.table.find(
        (each) => each.keys.includes(name(event)) && meant(each) && listening(each),
      );
      if (row && row.run(event) !== false) event.preventDefault();
    });
  }

  /** Write the table for a person. */
  list(root) {
    const groups = new Map();
    for (const row of this.table) {
      if (!row.what) continue;
      groups.set(row.group, [...(groups.get(row.group) ?? []), row]);
    }
    fill(
      root,
      ...[...groups].map(([group, rows]) =>
        el(
          "section",
          {},
          el("h3", { text: group }),
          el(
            "dl",
            { class: "keys" },
            ...rows.flatMap(({ what, keys, shown }) => [
              el(
                "dt",
                {},
                ...(shown ?? keys).flatMap((key, index) => [
                  index ? " " : "",
                  el("kbd", { text: SHOWN[key] ?? key }),
                ]),
              ),
              el("dd", { text: what }),
            ]),
          ),
        ),
      ),
    );
  }
}

/** A key with what is held: `Ctrl+Enter`, `?`, `Shift+Tab`; Shift isn't told with characters. */
export function name(event) {
  const held = [];
  if (event.ctrlKey || event.metaKey) held.push("Ctrl");
  if (event.altKey) held.push("Alt");
  if (event.shiftKey && event.key.length > 1) held.push("Shift");
  const key =
    event.key.length === 1 && /[A-Z]/.test(event.key) ? event.key.toLowerCase() : event.key;
  return [...held, key].join("+");
}

const SHOWN = {
  ArrowDown: "↓",
  ArrowUp: "↑",
  Enter: "⏎",
  "Shift+Enter": "⇧ ⏎",
  "Ctrl+Enter": "Ctrl ⏎",
  Escape: "Esc",
  PageDown: "PgDn",
  PageUp: "PgUp",
};
