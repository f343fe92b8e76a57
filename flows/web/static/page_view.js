/* The document's pages as pictures: zoom, turning, and scrolling to what is chosen. */

import * as api from "./api.js";
import { Boxes } from "./boxes.js";
import { attribute, el, fill, say, scrolling } from "./dom.js";
import { around } from "./geometry.js";
import { Pointing } from "./pointing.js";

/** Screen pixels a point: from a quarter of a page's size to where letters get blurred. */
const LEAST = 0.25;
const MOST = 5;
const STEP = 1.2;

/** So much larger than it was drawn, a picture is asked for again. */
const BLURRED = 1.3;
const FINE_DPI = 300;

/** Pixels left free around a sheet. */
const MARGIN = 12;

export class PageView {
  /**
   * @param {HTMLElement} root with the parts named by `data-part`
   * @param {Object} ask as for `Pointing`, and `look(path)`: {look, title} of a field's box,
   *   `sized()`: the pages' sizes are known, or never will be
   */
  constructor(root, ask) {
    const part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.parts = Object.fromEntries(
      ["scroller", "sheet", "number", "count", "zoom", "previous", "next", "more", "message"].map(
        (name) => [name, part(name)],
      ),
    );
    this.ask = ask;
    this.boxes = new Boxes();
    this.pointing = new Pointing(this.boxes, {
      ...ask,
      words: () => this.words.get(this.page) ?? [],
      more: () => this.parts.more.getAttribute("aria-pressed") === "true",
    });
    this.parts.sheet.append(this.boxes.element);
    this.parts.more.addEventListener("click", () =>
      attribute(
        this.parts.more,
        "aria-pressed",
        String(this.parts.more.getAttribute("aria-pressed") !== "true"),
      ),
    );
    this.clear();
    new ResizeObserver(() => this.fitted && this.#fit()).observe(this.parts.scroller);
    this.parts.scroller.addEventListener("wheel", (event) => this.#wheel(event), {
      passive: false,
    });
  }

  /** Forget the document. */
  clear() {
    this.item = null;
    this.pages = [];
    this.gone = false;
    this.words = new Map();
    this.pictures = new Map();
    this.page = 1;
    this.fitted = true;
    this.zoom = 1;
    this.places = [];
    this.pointing.forget();
    this.boxes.show([]);
    for (const image of this.parts.sheet.querySelectorAll("img")) image.remove();
    this.#message("");
    this.parts.sheet.hidden = true;
  }

  /**
   * Show a document; a file that is gone is said, and nothing else breaks.
   *
   * @param {Object} item a ReviewItem
   * @param {Promise} pages the answer to `api.pages`, asked for as early as possible
   * @param {number} firstPage
   */
  async load(item, pages, firstPage = 1) {
    this.clear();
    this.item = item;
    this.#picture(firstPage);
    this.#askWords(firstPage);
    try {
      const answer = await pages;
      if (this.item !== item) return;
      this.pages = answer.pages;
      this.show(firstPage);
      this.ask.sized();
    } catch (error) {
      if (this.item !== item) return;
      this.gone = true;
      this.#message(error.message, "The fields can still be settled without it.");
      this.ask.sized();
    }
  }

  /** Turn to a page. */
  show(number) {
    const page = this.pages[number - 1];
    if (!page) return;
    const turned = this.page !== number;
    this.page = number;
    if (turned) this.pointing.forget();
    const { sheet } = this.parts;
    for (const image of sheet.querySelectorAll("img")) image.remove();
    const image = this.#picture(number);
    sheet.prepend(image);
    sheet.hidden = false;
    sheet.classList.toggle("loading", !image.complete);
    this.boxes.size(page.width, page.height);
    if (this.fitted) this.#fit();
    else this.#scale();
    if (turned) this.parts.scroller.scrollTo(0, 0);
    this.#counted();
    this.#drawBoxes();
    this.#askWords(number);
    if (number < this.pages.length) this.#picture(number + 1);
  }

  turn(by) {
    const wanted = Math.min(Math.max(this.page + by, 1), this.pages.length);
    if (wanted !== this.page) this.show(wanted);
  }

  /** Where the fields stand: [{path, page, boxes}]. */
  setPlaces(places) {
    this.places = places;
    this.#drawBoxes();
  }

  /** Turn to where a field stands and scroll it into view. */
  reveal(path) {
    this.pointing.forget();
    const place = this.places.find((each) => each.path === path);
    this.#drawBoxes();
    if (!place || !this.pages.length) return;
    if (place.page !== this.page) this.show(place.page);
    const box = around(place.boxes);
    const { scroller } = this.parts;
    const { left, top } = this.#offset();
    const x = left + ((box.x0 + box.x1) / 2) * this.zoom;
    const y = top + ((box.y0 + box.y1) / 2) * this.zoom;
    const inside =
      x > scroller.scrollLeft &&
      x < scroller.scrollLeft + scroller.clientWidth &&
      y > scroller.scrollTop + 24 &&
      y < scroller.scrollTop + scroller.clientHeight - 24;
    if (inside) return;
    scroller.scrollTo({
      left: x - scroller.clientWidth / 2,
      top: y - scroller.clientHeight / 2,
      behavior: scrolling(),
    });
  }

  /** Zoom by a factor around a point of the window, or the middle. */
  zoomBy(factor, at = null) {
    const { scroller } = this.parts;
    const frame = scroller.getBoundingClientRect();
    const inX = at ? at.x - frame.left : frame.width / 2;
    const inY = at ? at.y - frame.top : frame.height / 2;
    const before = this.#offset();
    const x = (scroller.scrollLeft + inX - before.left) / this.zoom;
    const y = (scroller.scrollTop + inY - before.top) / this.zoom;
    this.fitted = false;
    this.zoom = Math.min(Math.max(this.zoom * factor, LEAST), MOST);
    this.#scale();
    const after = this.#offset();
    scroller.scrollTo(x * this.zoom + after.left - inX, y * this.zoom + after.top - inY);
  }

  zoomIn() {
    this.zoomBy(STEP);
  }

  zoomOut() {
    this.zoomBy(1 / STEP);
  }

  fit() {
    this.fitted = true;
    this.#fit();
  }

  /** A page's size in points; undefined: it isn't known yet; null: the file is gone. */
  sizeOf(number) {
    return this.gone ? null : this.pages[number - 1];
  }

  #offset() {
    const { sheet } = this.parts;
    return { left: sheet.offsetLeft, top: sheet.offsetTop };
  }

  #fit() {
    const page = this.pages[this.page - 1];
    if (!page) return;
    this.zoom = Math.max((this.parts.scroller.clientWidth - 2 * MARGIN) / page.width, LEAST);
    this.#scale();
  }

  #scale() {
    const page = this.pages[this.page - 1];
    if (!page) return;
    this.parts.sheet.style.width = `${page.width * this.zoom}px`;
    this.parts.sheet.style.height = `${page.height * this.zoom}px`;
    say(this.parts.zoom, `${Math.round(this.zoom * 100)}%`);
    this.#sharpen();
  }

  #wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.zoomBy(Math.exp(-event.deltaY / 400), { x: event.clientX, y: event.clientY });
  }

  #counted() {
    say(this.parts.number, String(this.page));
    say(this.parts.count, String(this.pages.length));
    this.parts.previous.disabled = this.page <= 1;
    this.parts.next.disabled = this.page >= this.pages.length;
  }

  #drawBoxes() {
    const chosen = this.ask.chosen();
    const here = this.places.filter((place) => place.page === this.page);
    this.boxes.show(
      here.flatMap(({ path, boxes }) =>
        boxes.map((box) => ({ path, box, chosen: path === chosen, ...this.ask.look(path) })),
      ),
    );
  }

  #picture(number) {
    const known = this.pictures.get(number);
    if (known) return known;
    const image = new Image();
    image.decoding = "async";
    image.src = api.picture(this.item, number);
    this.pictures.set(number, image);
    image.alt = `Page ${number} of the document`;
    image.draggable = false;
    image.addEventListener(
      "load",
      () => this.page === number && this.parts.sheet.classList.remove("loading"),
    );
    image.addEventListener("error", () => {
      this.pictures.delete(number);
      if (this.page === number && this.pages.length && image.isConnected) {
        image.remove();
        this.#message(`The picture of page ${number} can't be shown.`, "", () => {
          this.#message("");
          this.show(number);
        });
      }
    });
    return image;
  }

  /** Where letters would get blurred, have the page drawn finer, and change the picture for it. */
  #sharpen() {
    const image = this.pictures.get(this.page);
    const fine = this.zoom * devicePixelRatio * 72 > api.DPI * BLURRED;
    if (!fine || !image || image.dataset.fine) return;
    image.dataset.fine = "asked";
    const finer = new Image();
    finer.src = api.picture(this.item, this.page, FINE_DPI);
    finer
      .decode()
      .then(() => (image.src = finer.src))
      .catch(() => delete image.dataset.fine);
  }

  async #askWords(number) {
    if (this.words.has(number)) return;
    const item = this.item;
    this.words.set(number, []);
    try {
      const { words } = await api.pageWords(item.id, number);
      if (this.item === item) this.words.set(number, words);
    } catch {
      if (this.item === item) this.words.delete(number);
    }
  }

  #message(text, more = "", again = null) {
    const { message } = this.parts;
    message.hidden = !text;
    if (!text) return;
    fill(
      message,
      el("p", { text }),
      more && el("p", { class: "muted", text: more }),
      again &&
        el("button", { type: "button", class: "button", text: "Try again", on: { click: again } }),
    );
    this.parts.sheet.hidden = !this.pages.length;
  }
}
