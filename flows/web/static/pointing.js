/* Pointing at a page: a click on a box chooses its field; a click on a word, more of them with
   Shift, or a rectangle drawn around words takes them for the chosen field. */

import { around, caught, holds } from "./geometry.js";

/** Pixels that a hand trembles: less isn't drawing. */
const TREMBLE = 5;

/** Points around a word in which a click is still meant for it. */
const NEAR = 1.5;

export class Pointing {
  /**
   * @param {Boxes} boxes
   * @param {Object} ask
   * @param {() => Array} ask.words of the page shown, in reading order
   * @param {() => boolean} ask.editing a field's text is being edited: clicks take words
   * @param {() => string} ask.chosen the chosen field
   * @param {() => boolean} ask.more each click adds a word, as with Shift
   * @param {(path: string) => void} ask.choose
   * @param {(words: Array) => void} ask.take
   */
  constructor(boxes, ask) {
    this.boxes = boxes;
    this.ask = ask;
    this.taken = [];
    this.start = null;
    const layer = boxes.element;
    // The input keeps the focus while one points.
    layer.addEventListener("mousedown", (event) => event.preventDefault());
    layer.addEventListener("pointerdown", (event) => this.#down(event));
    layer.addEventListener("pointermove", (event) => this.#move(event));
    layer.addEventListener("pointerup", (event) => this.#up(event));
    layer.addEventListener("pointercancel", () => this.#end());
    layer.addEventListener("pointerleave", () => this.boxes.mark(this.taken));
  }

  /** Forget which words were taken: another field is chosen, or another page shown. */
  forget() {
    this.taken = [];
    this.boxes.mark([]);
  }

  #point(event) {
    const layer = this.boxes.element;
    const { left, top, width, height } = layer.getBoundingClientRect();
    const page = layer.viewBox.baseVal;
    return {
      x: ((event.clientX - left) / width) * page.width,
      y: ((event.clientY - top) / height) * page.height,
    };
  }

  #word(point) {
    return this.ask.words().find((word) => holds(word, point, NEAR)) ?? null;
  }

  /** The field whose box a plain click would choose; "" where it would take a word. */
  #other(point, event) {
    if (event.shiftKey || this.ask.more() || this.ask.editing()) return "";
    const paths = this.boxes.at(point);
    const chosen = paths.indexOf(this.ask.chosen());
    // Two fields in one place take turns.
    return paths.length ? paths[(chosen + 1) % paths.length] : "";
  }

  #down(event) {
    if (event.button !== 0) return;
    this.start = { point: this.#point(event), x: event.clientX, y: event.clientY, drawing: false };
    // A finger scrolls; it points by tapping.
    if (event.pointerType !== "touch") this.boxes.element.setPointerCapture(event.pointerId);
  }

  #move(event) {
    const point = this.#point(event);
    if (!this.start) {
      const word = this.#word(point);
      const other = this.#other(point, event);
      this.boxes.element.dataset.over = other ? "box" : word ? "word" : "";
      this.boxes.mark(this.taken, other ? null : word);
      return;
    }
    if (event.pointerType === "touch") return;
    const far = Math.hypot(event.clientX - this.start.x, event.clientY - this.start.y) > TREMBLE;
    if (far) this.start.drawing = true;
    if (!this.start.drawing) return;
    const drawn = this.#drawn(point);
    this.boxes.draw(drawn);
    this.boxes.mark(this.ask.words().filter((word) => caught(word, drawn)));
  }

  #up(event) {
    if (!this.start) return;
    const point = this.#point(event);
    const { drawing } = this.start;
    if (drawing) this.#take(this.ask.words().filter((word) => caught(word, this.#drawn(point))));
    else this.#click(point, event);
    this.#end();
  }

  #click(point, event) {
    const other = this.#other(point, event);
    if (other) {
      this.ask.choose(other);
      return;
    }
    const word = this.#word(point);
    if (!word) return;
    const more = event.shiftKey || this.ask.more();
    const has = this.taken.includes(word);
    if (!more) this.#take([word]);
    else this.#take(has ? this.taken.filter((each) => each !== word) : [...this.taken, word]);
  }

  #take(words) {
    const order = this.ask.words();
    this.taken = [...words].sort((one, other) => order.indexOf(one) - order.indexOf(other));
    this.boxes.mark(this.taken);
    this.ask.take(this.taken);
  }

  #drawn(point) {
    const { point: from } = this.start;
    return around([
      { x0: from.x, y0: from.y, x1: from.x, y1: from.y },
      { x0: point.x, y0: point.y, x1: point.x, y1: point.y },
    ]);
  }

  #end() {
    this.start = null;
    this.boxes.draw(null);
  }
}
