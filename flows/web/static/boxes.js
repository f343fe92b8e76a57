/* The layer over a page's picture: evidence boxes, the words under the pointer, a drawn rectangle.

   Its coordinates are the page's points; the browser scales them with the picture. */

import { area, holds } from "./geometry.js";
import { attribute, svg } from "./dom.js";

/** Points that a box stands off from its words, so that it doesn't touch them. */
const OFF = 1.5;

export class Boxes {
  constructor() {
    this.evidence = svg("g");
    this.words = svg("g");
    this.drawn = svg("rect", { class: "drawn", visibility: "hidden" });
    this.element = svg(
      "svg",
      { class: "boxes", "aria-hidden": "true" },
      this.evidence,
      this.words,
      this.drawn,
    );
    this.shown = [];
  }

  /** Fit the layer to a page. */
  size(width, height) {
    this.element.setAttribute("viewBox", `0 0 ${width} ${height}`);
  }

  /**
   * Show where fields stand.
   *
   * @param {Array<{path, title, look, chosen, box}>} boxes `look` is `doubt`, `plain`, `good` or
   *   `changed`; the chosen one comes on top
   */
  show(boxes) {
    this.shown = boxes;
    const ordered = [...boxes].sort((one, other) => one.chosen - other.chosen);
    this.evidence.replaceChildren(
      ...ordered.map(({ path, title, look, chosen, box }) =>
        svg(
          "rect",
          {
            ...placed(box, OFF),
            class: `box ${look}${chosen ? " chosen" : ""}`,
            rx: 2,
            data: { path },
          },
          svg("title", { text: title }),
        ),
      ),
    );
  }

  /** The paths whose boxes hold a point, the smallest box first. */
  at(point) {
    const hit = this.shown.filter(({ box }) => holds(box, point, OFF));
    hit.sort((one, other) => area(one.box) - area(other.box));
    return [...new Set(hit.map(({ path }) => path))];
  }

  /** Mark words: those taken, and the one under the pointer. */
  mark(taken, under = null) {
    const marks = taken.map((word) =>
      svg("rect", { ...placed(word, 0.5), class: "word taken", rx: 1 }),
    );
    if (under) marks.push(svg("rect", { ...placed(under, 0.5), class: "word under", rx: 1 }));
    this.words.replaceChildren(...marks);
  }

  /** Show the rectangle that is being drawn; null: none. */
  draw(box) {
    this.drawn.setAttribute("visibility", box ? "visible" : "hidden");
    if (box)
      for (const [name, value] of Object.entries(placed(box, 0)))
        attribute(this.drawn, name, value);
  }
}

function placed(box, off) {
  return {
    x: box.x0 - off,
    y: box.y0 - off,
    width: Math.max(0, box.x1 - box.x0 + 2 * off),
    height: Math.max(0, box.y1 - box.y0 + 2 * off),
  };
}
