/* The review page: its parts, put together. Start reading at review.js (one item) and desk.js (the
   way of items). */

import * as api from "./api.js";
import { Banners } from "./banners.js";
import { Desk } from "./desk.js";
import { attribute, el, fill, say } from "./dom.js";
import { Effort } from "./effort.js";
import { Form } from "./form.js";
import { textOf } from "./geometry.js";
import { Keys } from "./keys.js";
import { capital, left, words } from "./naming.js";
import { PageView } from "./page_view.js";
import { Review } from "./review.js";

const TEXT = "input:not([type=checkbox]), textarea";

/** Milliseconds that a short message stays. */
const STAYS = 6000;

/** Milliseconds after a decision, and between looks, after which it should be published. */
const LOOK = 30_000;

const byId = (id) => document.getElementById(id);
const root = byId("review");
const parts = Object.fromEntries(
  ["work", "wait", "end", "left", "live", "toast", "save", "undo", "skip", "reject", "looked", "hint", "actions"].map((name) => [name, byId(name)]),
);

const live = (text) => say(parts.live, text);
const editing = () => document.activeElement?.matches(TEXT) && document.activeElement.dataset.input === review.chosen;

const pages = new PageView(byId("page"), {
  chosen: () => review.chosen,
  editing,
  choose: (path) => review.choose(path),
  look: (path) => review.look(path),
  sized: () => review.refresh(),
  take: (taken) => {
    const kind = review.item && kindOf(review.chosen);
    review.point(pages.page, taken, textOf(taken, kind === "address" ? ", " : " "));
  },
});
const review = new Review({
  pages,
  live,
  changed,
  atEnd: () => {
    parts.save.focus();
    parts.save.scrollIntoView({ block: "nearest" });
    live("All looked at. Enter saves and goes on");
  },
});
const form = new Form(byId("form"), review);
review.parts.form = form;

const banners = new Banners(byId("banners"));
const desk = new Desk(
  {
    review,
    pages,
    banners,
    effort: new Effort(),
    live,
    toast,
    show,
    changed,
    count: (number, secondsEach) => say(parts.left, left(number, secondsEach)),
  },
  JSON.parse(root.dataset.filters),
);

// What each action is

const actions = {
  save: () => desk.save(),
  undo: () => desk.undo(),
  skip: () => desk.skip(),
  reject: () => review.item && openReject(),
  help: () => byId("help").showModal(),
  next: () => review.step(1),
  previous: () => review.step(-1),
  zoomIn: () => pages.zoomIn(),
  zoomOut: () => pages.zoomOut(),
  fit: () => pages.fit(),
  pageNext: () => pages.turn(1),
  pagePrevious: () => pages.turn(-1),
  again: () => desk.again(),
};
for (const button of document.querySelectorAll("[data-action]")) {
  button.addEventListener("click", () => actions[button.dataset.action]());
}

// Keys

/** Arrows in a table go from cell to cell; across only where the caret is at the text's end. */
function inTable(event, down, across) {
  const cell = document.activeElement?.closest?.(".cell");
  if (!cell) return false;
  const input = event.target;
  if (across && input.matches(TEXT)) {
    const [from, to, end] = [input.selectionStart, input.selectionEnd, input.value.length];
    const whole = from === 0 && to === end;
    if (!whole && (across < 0 ? to > 0 : from < end)) return false;
  }
  const path = form.cellFrom(cell.dataset.path, down, across);
  if (!path) return !input.matches(TEXT) || across === 0;
  review.choose(path, { focus: "input" });
  return true;
}

let entering = Promise.resolve();

/** Enter: one after the other, so that none is lost while a check is awaited. */
function enter(how) {
  const at = document.activeElement;
  entering = entering.then(() =>
    document.activeElement === parts.save && at !== parts.save ? desk.save() : review.confirm(how),
  );
}

const move = (by) => (event) => {
  if (inTable(event, by, 0)) return true;
  if (event.target.matches("textarea") && event.target.clientHeight > 60) return false;
  review.step(by);
  return true;
};

const keys = new Keys(
  [
    { group: "Fields", keys: ["ArrowDown", "j"], what: "next field", run: move(1), typing: false },
    { group: "Fields", keys: ["ArrowUp", "k"], what: "previous field", run: move(-1), typing: false },
    { keys: ["ArrowDown"], run: move(1), typing: true },
    { keys: ["ArrowUp"], run: move(-1), typing: true },
    { keys: ["ArrowRight"], run: (event) => inTable(event, 0, 1), typing: true },
    { keys: ["ArrowLeft"], run: (event) => inTable(event, 0, -1), typing: true },
    { keys: ["Enter"], run: () => enter({ typing: true }), typing: true, only: "text" },
    { group: "Fields", keys: ["Enter"], what: "accept it as it stands, go to the next doubtful one", run: () => enter() },
    { group: "Fields", keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], shown: ["1", "…", "9"], what: "choose that alternative; Alt with it while typing", run: (event) => review.pick(Number(event.key)) },
    { keys: ["Alt+1", "Alt+2", "Alt+3", "Alt+4", "Alt+5", "Alt+6", "Alt+7", "Alt+8", "Alt+9"], typing: true, run: (event) => review.pick(Number(event.key)) },
    { group: "Fields", keys: ["e", "F2"], what: "edit; or click words on the page", run: () => review.chosen && review.choose(review.chosen, { focus: "input" }) },
    { group: "Fields", keys: ["x"], what: "the document doesn't give it", run: () => review.chosen && review.take(review.chosen, "") },
    { group: "Fields", keys: ["Escape"], what: "leave the input", typing: true, run: leave },
    { group: "Fields", keys: ["a"], what: "add a row to the list", run: addRow },
    { group: "Fields", keys: ["d"], what: "take the chosen row out", run: removeRow },
    { group: "Document", keys: ["Shift+Enter", "Ctrl+Enter"], what: "accept all, save, next document", typing: true, run: actions.save },
    { group: "Document", keys: ["s"], what: "skip it for now", run: actions.skip },
    { group: "Document", keys: ["r"], what: "reject it, with a reason", run: actions.reject },
    { group: "Document", keys: ["u", "Ctrl+z"], shown: ["u", "Ctrl Z"], what: "undo, also what was saved last", run: actions.undo },
    { group: "Page", keys: ["+", "="], shown: ["+"], what: "larger", run: actions.zoomIn },
    { group: "Page", keys: ["-"], what: "smaller", run: actions.zoomOut },
    { group: "Page", keys: ["0"], what: "as wide as there is room", run: actions.fit },
    { group: "Page", keys: ["PageDown", "n"], what: "next page", run: actions.pageNext },
    { group: "Page", keys: ["PageUp", "p"], what: "previous page", run: actions.pagePrevious },
    { group: "Page", keys: ["?"], what: "these keys", run: actions.help },
  ],
  () => review.item !== null,
);
keys.list(byId("keys"));

function leave(event) {
  if (!event.target.matches(TEXT) || !review.chosen) return false;
  review.choose(review.chosen, { focus: "card" });
  return true;
}

function listOfChosen() {
  const name = review.chosen.includes("[") ? review.chosen.slice(0, review.chosen.indexOf("[")) : "";
  return name || (review.item.lists.length === 1 ? review.item.lists[0].name : "");
}

function addRow() {
  const list = listOfChosen();
  if (list) review.addRow(list);
}

function removeRow() {
  if (!review.chosen.includes("[")) return false;
  review.removeRow(review.chosen.slice(0, review.chosen.indexOf("]") + 1));
  return true;
}

// Dialogs

const rejection = byId("rejection");
const ownReason = byId("own-reason");

function openReject() {
  const type = words(review.item.type_title || review.item.type_name).toLowerCase();
  const usual = [`not an ${type}`.replace(/ an ([^aeiou])/, " a $1"), "a duplicate", "unreadable", "not ours"];
  fill(
    byId("usual"),
    ...usual.map((reason, index) =>
      el(
        "button",
        { type: "button", class: "button", data: { reason }, on: { click: () => reject(reason) } },
        el("kbd", { text: String(index + 1), "aria-hidden": "true" }),
        el("span", { text: capital(reason) }),
      ),
    ),
  );
  ownReason.value = "";
  rejection.showModal();
  byId("usual").firstChild.focus();
}

function reject(reason) {
  rejection.close();
  desk.reject(reason);
}

rejection.addEventListener("keydown", (event) => {
  if (event.target === ownReason) return;
  const button = byId("usual").children[Number(event.key) - 1];
  if (button) button.click();
});
byId("reject-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const reason = ownReason.value.trim();
  if (reason) reject(reason);
  else ownReason.focus();
});
for (const dialog of document.querySelectorAll("dialog")) {
  for (const button of dialog.querySelectorAll("[data-close]")) button.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}

// What is seen

function show(which, end = null) {
  // Beside what one presses, and nothing moves for it.
  if (which === "work") parts.actions.before(banners.root);
  else root.prepend(banners.root);
  for (const name of ["work", "wait", "end"]) parts[name].hidden = name !== which;
  if (!end) return;
  say(byId("end-title"), end.title);
  say(byId("end-text"), end.text);
  say(byId("end-more"), end.more);
  byId("end-undo").hidden = !end.done;
  byId("again").hidden = !end.skipped;
  say(byId("again-text"), `Take up ${end.skipped === 1 ? "the one" : `the ${end.skipped}`} you skipped`);
  byId("end-title").focus();
}

let said = null;

function changed() {
  const { draft, chosen } = review;
  attribute(root, "aria-busy", desk?.busy ? "true" : null);
  for (const name of ["save", "skip", "reject"]) parts[name].disabled = Boolean(desk?.busy);
  if (!draft) return;
  if (draft.now !== said) banners.hide("draft");
  said = draft.now;
  unreached(review.checker.unreached);
  const doubtful = review.item.fields.filter((field) => field.doubtful).length;
  const open = draft.open.length;
  const settled = review.item.outcome !== "in_review";
  say(parts.looked, doubtful ? (open ? `${doubtful - open} of ${doubtful} looked at` : "All looked at") : "Look it over");
  parts.save.firstElementChild.textContent = settled
    ? draft.dirty ? "Save & next" : "Next"
    : open ? "Accept all & next" : "Save & next";
  parts.save.classList.toggle("ready", open === 0);
  say(parts.hint, chosen ? hint(chosen) : "");
}

let away = false;

/** Say that what is typed can't be checked; the save button tries again whatever this says. */
function unreached(error) {
  if (!error === !away) return;
  away = Boolean(error);
  if (!away) banners.hide("network");
  else {
    const again = () => review.checker.ask({ now: true });
    banners.show("network", { look: "bad", text: error.message, actions: [{ text: "Try again", run: again }] });
  }
}
addEventListener("online", () => away && review.checker.ask({ now: true }));

function hint(path) {
  const name = review.label(path);
  return `Click a word to use it as ${name.charAt(0).toLowerCase()}${name.slice(1)}; with Shift for more, or draw around them`;
}

let fading = 0;

function toast(text, { undo = false } = {}) {
  clearTimeout(fading);
  fill(
    parts.toast,
    el("span", { text }),
    undo && el("button", { type: "button", class: "button small quiet", on: { click: actions.undo } }, "Undo", el("kbd", { text: "u", "aria-hidden": "true" })),
  );
  parts.toast.hidden = false;
  fading = setTimeout(() => (parts.toast.hidden = true), STAYS);
}

function kindOf(path) {
  const known = review.draft.fields.get(path);
  if (known) return known.kind;
  const leaves = review.item.lists.flatMap((list) => list.leaves);
  return leaves.find((leaf) => leaf.path === path.replace(/\[\d+\]/, "[]"))?.kind ?? "text";
}

async function lookAtPublishing() {
  if (document.hidden) return;
  const state = await api.state().catch(() => null);
  if (state?.publishing === "failed") {
    banners.show("publishing", {
      look: "doubt",
      text: `What you said is kept, but couldn't be published yet; it is tried again. ${state.problem}`,
    });
  } else if (state) {
    banners.hide("publishing");
  }
}
setInterval(lookAtPublishing, LOOK);

addEventListener("popstate", (event) => {
  const id = event.state?.id ?? Number(/^\/items\/(\d+)$/.exec(location.pathname)?.[1] ?? NaN);
  if (Number.isInteger(id) && review.item?.id !== id) desk.open(id);
});

if (root.dataset.item) desk.open(Number(root.dataset.item));
else desk.next({ replace: true });
