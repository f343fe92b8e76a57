/* Which key does what; `Keys` obeys it and shows it. */

import { rowOf } from "./naming.js";

const TEXT = "input:not([type=checkbox]), textarea";

/** Pixels: in a higher box the arrows go from row to row of its text. */
const TALL = 60;

/**
 * Return the rows of the table, as `Keys` takes them.
 *
 * @param {Object} parts `review`, `form`, `desk`, `save` (the button), and `actions` by their names
 */
export function keymap({ review, form, desk, actions, save }) {
  const digits = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const pick = (event) => review.pick(Number(event.key));
  const edit = () => review.chosen && review.choose(review.chosen, { focus: "input" });
  const clear = () => review.chosen && review.take(review.chosen, "");

  /** Arrows in a table go from cell to cell; across only where the caret is at the text's end. */
  function inTable(event, down, across) {
    const cell = document.activeElement?.closest(".cell");
    if (!cell) return false;
    const typing = event.target.matches(TEXT);
    if (across && typing && !atEnd(event.target, across)) return false;
    const path = form.cellFrom(cell.dataset.path, down, across);
    if (path) review.choose(path, { focus: "input" });
    return path !== "" || !across;
  }

  const up = (by) => (event) => {
    if (inTable(event, by, 0)) return true;
    if (event.target.matches("textarea") && event.target.clientHeight > TALL) return false;
    review.step(by);
    return true;
  };

  let entering = Promise.resolve();

  /** Enter: one after the other, so that none is lost while a check is awaited. */
  function enter(how) {
    const at = document.activeElement;
    entering = entering.then(() => {
      const arrived = document.activeElement === save && at !== save;
      return arrived ? desk.save() : review.confirm(how);
    });
  }

  function leave(event) {
    if (!event.target.matches(TEXT) || !review.chosen) return false;
    review.choose(review.chosen, { focus: "card" });
    return true;
  }

  function addRow() {
    const { lists } = review.item;
    const chosen = lists.find(({ name }) => review.chosen.startsWith(`${name}[`));
    const list = chosen ?? (lists.length === 1 ? lists[0] : null);
    if (list) review.addRow(list.name);
    return list !== null;
  }

  function removeRow() {
    const row = rowOf(review.chosen);
    if (row) review.removeRow(row);
    return row !== "";
  }

  const next = "accept it as it stands, go to the next doubtful one";
  const fields = [
    { keys: ["ArrowDown", "j"], what: "next field", run: up(1) },
    { keys: ["ArrowUp", "k"], what: "previous field", run: up(-1) },
    { keys: ["ArrowDown"], run: up(1), typing: true },
    { keys: ["ArrowUp"], run: up(-1), typing: true },
    { keys: ["ArrowRight"], run: (event) => inTable(event, 0, 1), typing: true },
    { keys: ["ArrowLeft"], run: (event) => inTable(event, 0, -1), typing: true },
    { keys: ["Enter"], run: () => enter({ typing: true }), typing: "only" },
    { keys: ["Enter"], what: next, run: () => enter() },
    {
      keys: digits.map(String),
      shown: ["1", "…", "9"],
      what: "choose that alternative",
      run: pick,
    },
    { keys: digits.map((each) => `Alt+${each}`), run: pick, typing: true },
    { keys: ["e", "F2"], what: "edit it: type, or click words on the page", run: edit },
    { keys: ["x"], what: "the document doesn't give it", run: clear },
    { keys: ["Escape"], what: "leave the input", run: leave, typing: true },
    { keys: ["a"], what: "add a row to the list", run: addRow },
    { keys: ["d"], what: "take the chosen row out", run: removeRow },
  ];
  const accept = "accept all, save, next document";
  const undo = "undo, also what was saved last";
  const whole = [
    { keys: ["Shift+Enter", "Ctrl+Enter"], what: accept, run: actions.save, typing: true },
    { keys: ["s"], what: "skip it for now", run: actions.skip },
    { keys: ["r"], what: "reject it, with a reason", run: actions.reject },
    { keys: ["u", "Ctrl+z"], shown: ["u", "Ctrl+Z"], what: undo, run: actions.undo, always: true },
  ];
  const page = [
    { keys: ["+", "="], shown: ["+"], what: "larger", run: actions.zoomIn },
    { keys: ["-"], what: "smaller", run: actions.zoomOut },
    { keys: ["0"], what: "as wide as there is room", run: actions.fit },
    { keys: ["PageDown", "n"], what: "next page", run: actions.pageNext },
    { keys: ["PageUp", "p"], what: "previous page", run: actions.pagePrevious },
    { keys: ["?"], what: "these keys", run: actions.help, always: true },
  ];
  const groups = { Fields: fields, Document: whole, Page: page };
  return Object.entries(groups).flatMap(([group, rows]) => rows.map((row) => ({ ...row, group })));
}

/** Whether the caret is where the text ends in that direction, or all of it is selected. */
function atEnd(input, across) {
  const { selectionStart: from, selectionEnd: to, value } = input;
  if (from === 0 && to === value.length) return true;
  return across < 0 ? to === 0 : from === value.length;
}
