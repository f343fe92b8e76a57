/* The review page: its parts, put together. Start reading at review.js (one item) and desk.js (the
   way of items). */

import * as api from "./api.js";
import { Banners } from "./banners.js";
import { Desk } from "./desk.js";
import { attribute, el, fill, say } from "./dom.js";
import { Effort } from "./effort.js";
import { Form } from "./form.js";
import { textOf } from "./geometry.js";
import { keymap } from "./keymap.js";
import { Keys } from "./keys.js";
import { left } from "./naming.js";
import { PageView } from "./page_view.js";
import { Rejection } from "./rejection.js";
import { Review } from "./review.js";

const TEXT = "input:not([type=checkbox]), textarea";

/** Milliseconds that a short message stays. */
const STAYS = 6000;

/** Milliseconds after a decision, and between looks, after which it should be published. */
const LOOK = 30_000;

const byId = (id) => document.getElementById(id);
const root = byId("review");
const parts = Object.fromEntries(
  [
    "work",
    "wait",
    "end",
    "left",
    "live",
    "toast",
    "save",
    "undo",
    "skip",
    "reject",
    "looked",
    "hint",
    "actions",
  ].map((name) => [name, byId(name)]),
);

const live = (text) => say(parts.live, text);
const editing = () =>
  document.activeElement?.matches(TEXT) && document.activeElement.dataset.input === review.chosen;

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
const rejection = new Rejection(byId("rejection"), (reason) => desk.reject(reason));
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
  reject: () => review.item && rejection.ask(review.item),
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

const keys = new Keys(
  keymap({ review, form, desk, actions, save: parts.save }),
  (row) => review.item !== null || row.always,
);
keys.list(byId("keys"));

for (const dialog of document.querySelectorAll("dialog")) {
  for (const button of dialog.querySelectorAll("[data-close]")) {
    button.addEventListener("click", () => dialog.close());
  }
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}

// What is seen

function show(which, end = null) {
  // Beside what one presses, and nothing moves for it.
  if (which === "work") parts.actions.before(banners.root);
  else root.prepend(banners.root);
  for (const name of ["work", "wait", "end"]) parts[name].hidden = name !== which;
  if (which === "wait") say(byId("wait-text"), "There is nothing to show yet.");
  if (!end) return;
  say(byId("end-title"), end.title);
  say(byId("end-text"), end.text);
  say(byId("end-more"), end.more);
  byId("end-undo").hidden = !end.done;
  byId("again").hidden = !end.skipped;
  say(
    byId("again-text"),
    `Take up ${end.skipped === 1 ? "the one" : `the ${end.skipped}`} you skipped`,
  );
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
  const looked = open ? `${doubtful - open} of ${doubtful} looked at` : "All looked at";
  say(parts.looked, doubtful ? looked : "Look it over");
  say(
    parts.save.firstElementChild,
    settled && !draft.typed ? "Next" : open ? "Accept all & next" : "Save & next",
  );
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
    banners.show("network", {
      look: "bad",
      text: error.message,
      actions: [{ text: "Try again", run: again }],
    });
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
    undo &&
      el(
        "button",
        { type: "button", class: "button small quiet", on: { click: actions.undo } },
        "Undo",
        el("kbd", { text: "u", "aria-hidden": "true" }),
      ),
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
