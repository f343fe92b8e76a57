/* Words for a person: paths, shares, times. */

const CAPITALS = new Set(["bic", "ein", "gst", "iban", "id", "po", "uid", "url", "vat"]);
const PATH = /^(\w+)(?:\[(\d*)\])?(?:\.(\w+))?$/;
const IN_TEXT = /\b[a-z]\w*(?:\[\d*\](?:\.[a-z]\w*)?)?/g;

/** `seller_vat_id` as `seller VAT ID`. */
export function words(name) {
  return name
    .split("_")
    .map((part) => (CAPITALS.has(part) ? part.toUpperCase() : part))
    .join(" ");
}

/** With a capital at its beginning. */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** A path's parts: `line_items[2].unit` is {list: "line_items", row: 2, name: "unit"}. */
export function parts(path) {
  const found = PATH.exec(path);
  if (!found) return { list: "", row: null, name: path };
  const [, first, row, last] = found;
  if (row === undefined) return { list: "", row: null, name: first };
  return { list: first, row: row === "" ? null : Number(row), name: last ?? "" };
}

/** The row of a cell: `line_items[2]` for `line_items[2].unit`; "" for a field of no list. */
export function rowOf(path) {
  return path.includes("[") ? path.slice(0, path.indexOf("]") + 1) : "";
}

/**
 * A path for a person: `Seller name`, `Line total, row 3`.
 *
 * @param {string} path
 * @param {number} [number] of the row as it is shown, where that isn't the path's
 */
export function label(path, number) {
  const { list, row, name } = parts(path);
  if (!list) return capital(words(name));
  const where = row === null ? words(list) : `row ${number ?? row + 1}`;
  return name ? `${capital(words(name))}, ${where}` : capital(`${words(list)}, ${where}`);
}

/**
 * A server's sentence with the fields in it as a person calls them: `net_total 5.00` is `net total
 * 5.00`. Only names that the type has are touched, never what a document says.
 *
 * @param {string} text
 * @param {Set<string>} known paths without row numbers, names of lists, and names of cells
 */
export function prettified(text, known) {
  return text.replace(IN_TEXT, (found) => {
    if (!known.has(found.replace(/\[\d+\]/, "[]"))) return found;
    const { list, row, name } = parts(found);
    if (!list) return words(name);
    if (row === null) return plural(words(name || list));
    return name ? `${words(name)} in row ${row + 1}` : `${words(list)}, row ${row + 1}`;
  });
}

/** A share as whole per cent, rounded down: nothing is 100% sure that isn't. */
export const percent = (share) => `${Math.floor(share * 100 + 1e-9)}%`;

/** How many are left and about how long they take. */
export function left(count, secondsEach) {
  if (!count) return "Nothing left";
  const time = secondsEach ? `, about ${duration(count * secondsEach)}` : "";
  return `${count} left${time}`;
}

/** Seconds in words: `40 seconds`, `4 minutes`, `1.5 hours`. */
export function duration(seconds) {
  if (seconds < 55) return many(Math.max(1, Math.round(seconds)), "second");
  if (seconds < 5400) return many(Math.round(seconds / 60), "minute");
  return many(Math.round(seconds / 360) / 10, "hour");
}

/** `1 row`, `2 rows`. */
export const many = (count, noun) => `${count} ${count === 1 ? noun : plural(noun)}`;

/** A day and a time, as the reader's country writes them. */
export const moment = (text) =>
  new Date(text).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });

/** An hour and a minute. */
export const clock = (text) =>
  new Date(text).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

/** The last part of a path of a file. */
export const fileName = (source) => source.split(/[\\/]/).pop() || source;

/** The folder that a file lies in, without those above it: `2026-05/`, `…/2026-05/`. */
export function folderOf(source) {
  const folders = source.split(/[\\/]/).slice(0, -1);
  if (!folders.length) return "";
  return `${folders.length > 1 ? "…/" : ""}${folders.at(-1)}/`;
}

/** A decision in words: `anna set grand total to 120.00 (it was 119.00)`. */
export function told({ who, action, path, was, became, reason }) {
  const what = path ? words(label(path).toLowerCase()) : "the record";
  const before = was === null || was === "" ? "" : ` (it was ${was})`;
  if (action === "correct") return `${who} set ${what} to ${became ?? "“not given”"}${before}`;
  if (action === "remove") return `${who} took out ${what}`;
  if (action === "reject") return `${who} rejected the record${reason ? `: ${reason}` : ""}`;
  if (action === "undo") return `${who} took back what was said last`;
  return `${who} accepted ${what}`;
}

function plural(noun) {
  return noun.endsWith("s") ? noun : `${noun}s`;
}
