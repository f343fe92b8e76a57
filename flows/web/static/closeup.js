/* A field's evidence, cut out of the page and shown beside its input: the eye needn't travel. */

import { el } from "./dom.js";
import { around } from "./geometry.js";
import * as api from "./api.js";

/** Screen pixels a point, at most and at least; the pictures have 2.1. */
const SCALE = 1.75;
const LEAST = 0.8;

/** Points of the page's surroundings above, below and beside. */
const ABOVE = 5;
const BESIDE = 14;

/** Points of height, at most: some four rows. */
const TALL = 52;

/** Pixels of a card's inside, on a narrow screen or before it is laid out. */
const NARROW = 320;

export class Closeup {
  constructor(reveal) {
    this.image = el("img", { alt: "", draggable: "false" });
    this.marks = el("div", { class: "closeup-marks" });
    this.element = el(
      "button",
      {
        type: "button",
        class: "closeup",
        tabindex: "-1",
        title: "Where it stands; click to see it on the page",
        "aria-label": "Show it on the page",
        on: { click: reveal },
      },
      this.image,
      this.marks,
    );
    this.element.hidden = true;
    this.shown = "";
    new ResizeObserver(() => this.#place()).observe(this.element);
  }

  /**
   * Show a place of a page; null hides it.
   *
   * @param {Object} item a ReviewItem
   * @param {{page, boxes}|null} place
   * @param {Object|null|undefined} size of the page; undefined: not known yet, and room is kept; null:
   *   there is no picture
   */
  show(item, place, size) {
    const key = place && size !== null ? JSON.stringify([item.document_id, place, size]) : "";
    if (key === this.shown) return;
    this.shown = key;
    this.element.hidden = !key;
    if (!key) return;
    this.place = place;
    this.size = size;
    const source = api.picture(item, place.page);
    if (size && this.image.getAttribute("src") !== source) this.image.src = source;
    this.#place();
  }

  #place() {
    if (!this.shown) return;
    const box = around(this.place.boxes);
    const width = this.element.clientWidth || NARROW;
    const scale = Math.max(Math.min(SCALE, width / (box.x1 - box.x0 + 2 * BESIDE)), LEAST);
    const height = Math.min(box.y1 - box.y0 + 2 * ABOVE, TALL);
    // What is to its left is its label: the box stands a third from the left where there is room.
    const spare = Math.max(width / scale - (box.x1 - box.x0), 2 * BESIDE);
    this.element.style.height = `${height * scale + 2}px`;
    if (!this.size) return;
    const left = Math.min(
      Math.max(box.x0 - spare * 0.4, 0),
      Math.max(this.size.width - width / scale, 0),
    );
    const top = Math.max(box.y0 - ABOVE, 0);
    this.image.style.width = `${this.size.width * scale}px`;
    this.image.style.height = `${this.size.height * scale}px`;
    this.image.style.transform = `translate(${-left * scale}px, ${-top * scale}px)`;
    this.marks.replaceChildren(
      ...this.place.boxes.map((each) => {
        const mark = el("span", { class: "closeup-mark" });
        mark.style.left = `${(each.x0 - left) * scale - 2}px`;
        mark.style.top = `${(each.y0 - top) * scale - 2}px`;
        mark.style.width = `${(each.x1 - each.x0) * scale + 4}px`;
        mark.style.height = `${(each.y1 - each.y0) * scale + 4}px`;
        return mark;
      }),
    );
  }
}
