/* Boxes and words on a page: all in PDF points from its top left corner. */

/** The smallest box around all of them; null: there are none. */
export function around(boxes) {
  if (!boxes.length) return null;
  return {
    x0: Math.min(...boxes.map((box) => box.x0)),
    y0: Math.min(...boxes.map((box) => box.y0)),
    x1: Math.max(...boxes.map((box) => box.x1)),
    y1: Math.max(...boxes.map((box) => box.y1)),
  };
}

export const area = (box) => (box.x1 - box.x0) * (box.y1 - box.y0);

export const holds = (box, { x, y }, margin = 0) =>
  x >= box.x0 - margin && x <= box.x1 + margin && y >= box.y0 - margin && y <= box.y1 + margin;

/** Whether a word lies in a rectangle that was drawn: its middle does, or half of its width. */
export function caught(word, drawn) {
  const middle = (word.y0 + word.y1) / 2;
  if (middle < drawn.y0 || middle > drawn.y1) return false;
  const shared = Math.min(word.x1, drawn.x1) - Math.max(word.x0, drawn.x0);
  return shared >= (word.x1 - word.x0) / 2;
}

/**
 * Words as one text: joined by blanks, and rows by `between`.
 *
 * @param {Array<{text, x0, y0, x1, y1}>} words in reading order
 */
export function textOf(words, between = " ") {
  let text = "";
  words.forEach((word, index) => {
    if (index) text += sameRow(words[index - 1], word) ? " " : between;
    text += word.text;
  });
  return text.replaceAll(/,\s*,/g, ",");
}

function sameRow(one, other) {
  const shared = Math.min(one.y1, other.y1) - Math.max(one.y0, other.y0);
  return shared > Math.min(one.y1 - one.y0, other.y1 - other.y0) / 2;
}
