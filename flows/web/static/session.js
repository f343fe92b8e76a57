/* What this tab remembers, also over a reload: who it is, what it skipped, what it did, drafts. */

const PREFIX = "papersift.";
const memory = new Map();

/** Where the storage is closed, the page still works, but a reload forgets. */
function read(key, otherwise) {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + key)) ?? otherwise;
  } catch {
    return memory.get(key) ?? otherwise;
  }
}

function write(key, value) {
  memory.set(key, value);
  try {
    if (value === null) sessionStorage.removeItem(PREFIX + key);
    else sessionStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    /* The memory has it. */
  }
}

/** This tab, so that two tabs of one person don't get the same item. */
export function holder() {
  const known = read("holder", "");
  if (known) return known;
  const fresh = uuid();
  write("holder", fresh);
  return fresh;
}

export const skipped = () => read("skipped", []);
export const skip = (id) => write("skipped", [...new Set([...skipped(), id])]);
export const forgetSkipped = () => write("skipped", null);

/** What was settled in this tab, the latest last: {id, source, seconds, draft}. */
export const done = () => read("done", []);
export const addDone = (entry) => write("done", [...done(), entry].slice(-500));
export function takeDone() {
  const all = done();
  const last = all.pop() ?? null;
  write("done", all);
  return last;
}

export const draftOf = (id) => read(`draft.${id}`, null);
export const keepDraft = (id, draft) => write(`draft.${id}`, draft);

/* `crypto.randomUUID` is only there on loopback and with HTTPS. */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((each) => each.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
