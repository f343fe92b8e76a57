/* Elements, made without ever parsing text as HTML: what a document says stays text. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element.
 *
 * @param {string} tag
 * @param {Object} given `class`, `text`, `data` ({name: value}), `on` ({event: listener}); anything
 *   else is an attribute: true sets it empty, false, null and undefined leave it out.
 * @param {...(Node|string|null|undefined|false)} children
 */
export function el(tag, given = {}, ...children) {
  return filled(document.createElement(tag), given, children);
}

/** Make an SVG element; as `el`. */
export function svg(tag, given = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), given, children);
}

/** A key as it is printed on a button. */
export const kbd = (text) => el("kbd", { text, "aria-hidden": "true" });

/** How to scroll: at once for those who asked their system for less motion. */
export const scrolling = () =>
  matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";

/** Replace what an element holds. */
export function fill(element, ...children) {
  element.replaceChildren(...children.filter((each) => each || each === ""));
}

/** Set or clear an attribute. */
export function attribute(element, name, value) {
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

/** Set an element's text only if it is another one, so that nothing is announced twice. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function filled(element, { class: names, text, data, on, ...attributes }, children) {
  if (names) element.setAttribute("class", names);
  if (text !== undefined) element.textContent = text;
  for (const [name, value] of Object.entries(data ?? {})) element.dataset[name] = value;
  for (const [event, listener] of Object.entries(on ?? {}))
    element.addEventListener(event, listener);
  for (const [name, value] of Object.entries(attributes)) attribute(element, name, value);
  element.append(...children.filter((each) => each || each === ""));
  return element;
}
