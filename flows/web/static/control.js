/* The input of one field, for a card and for a cell. */

import { el } from "./dom.js";

const WORDS = new Set(["text", "address"]);
const FIGURES = new Set(["amount", "number", "percent"]);

export const isFigure = (kind) => FIGURES.has(kind);

/**
 * Make an input that tells the review what is typed.
 *
 * Words get a box that grows, since they can be long; all the others one row.
 */
export function control(path, kind, review, given = {}) {
  const grows = WORDS.has(kind);
  const input = el(grows ? "textarea" : "input", {
    type: grows ? null : "text",
    rows: grows ? 1 : null,
    class: "control",
    name: path,
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    inputmode: isFigure(kind) ? "decimal" : null,
    placeholder: "not given",
    maxlength: 4000,
    data: { input: path },
    ...given,
  });
  input.addEventListener("input", () => {
    // A value is one row: what is pasted is folded.
    if (/[\r\n]/.test(input.value)) input.value = input.value.replaceAll(/\s*[\r\n]+\s*/g, " ");
    review.type(path, input.value);
  });
  input.addEventListener("blur", () => review.draft?.close());
  return input;
}

/** Show the draft's text in an input, without moving the caret of one who types. */
export function refresh(input, text) {
  if (input.value !== text) input.value = text;
  input.title = text.length > 24 ? text : "";
}
