/* The HTTP API: each function is one request; what goes wrong is an ApiError. */

export class ApiError extends Error {
  /**
   * @param {string} code as the server's, or `network`: it wasn't reached
   * @param {string} message a sentence for a person
   * @param {Object} body what came with it
   */
  constructor(code, message, body = {}) {
    super(message);
    this.code = code;
    this.body = body;
  }
}

/** Pixels an inch of a page's picture, as the server draws it ahead. */
export const DPI = 150;

const AWAY = "The review server can't be reached. Your edits are kept here.";

/** Ask for the next document that nobody has. */
export const nextItem = (holder, skip, filters) =>
  post("/api/queue/next", { holder, skip, ...filters });

export const item = (id) => get(`/api/items/${id}`);
export const queue = () => get("/api/queue?limit=1");
export const state = () => get("/api/state");
export const pages = (id) => get(`/api/items/${id}/pages`);
export const pageWords = (id, page) => get(`/api/items/${id}/pages/${page}/words`);
export const claim = (id, holder) => post(`/api/items/${id}/claim`, { holder });
export const check = (id, draft) => post(`/api/items/${id}/check`, draft);
export const settle = (id, settlement) => post(`/api/items/${id}/settle`, settlement);
export const undo = (id, holder, revision) => post(`/api/items/${id}/undo`, { holder, revision });

/**
 * The address of a page's picture.
 *
 * @param {{id: number, document_id: string}} item its document's id lets the browser keep the picture
 */
export const picture = (item, page, dpi = DPI) =>
  `/api/items/${item.id}/pages/${page}.png?dpi=${dpi}&document=${item.document_id}`;

/** Let others have an item; also while the page is being left, so nobody waits for the answer. */
export function release(id, holder) {
  fetch(`/api/items/${id}/release`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ holder }),
    keepalive: true,
  }).catch(() => {});
}

const get = (path) => request(path, {});

const post = (path, body) =>
  request(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

async function request(path, options) {
  let response;
  let text;
  try {
    response = await fetch(path, { ...options, credentials: "same-origin" });
    text = await response.text();
  } catch {
    throw new ApiError("network", AWAY);
  }
  const body = parsed(text);
  if (response.ok) return body;
  const said = body && typeof body.error === "string" ? body.error : "";
  throw new ApiError(
    body?.code ?? `http_${response.status}`,
    said || `The review server answered ${response.status}.`,
    body ?? {},
  );
}

function parsed(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}
