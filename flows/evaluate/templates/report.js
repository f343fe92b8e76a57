"use strict";
// Tables are sorted by a click on a column's name; a second click turns the order round.
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    head.querySelector("button").addEventListener("click", () => {
      const rows = [...table.tBodies[0].rows];
      const key = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
      const numeric = rows.every((row) => key(row) !== "" && !Number.isNaN(Number(key(row))));
      const first = numeric ? "descending" : "ascending";
      const second = numeric ? "ascending" : "descending";
      const order = head.getAttribute("aria-sort") === first ? second : first;
      const sign = order === "ascending" ? 1 : -1;
      heads.forEach((each) => each.setAttribute("aria-sort", each === head ? order : "none"));
      const compare = (one, other) =>
        numeric ? Number(key(one)) - Number(key(other)) : key(one).localeCompare(key(other));
      rows.sort((one, other) => sign * compare(one, other));
      table.tBodies[0].append(...rows);
    });
  });
}

// Cards are filtered by each facet and by text; each option counts what it would show.
const filters = document.getElementById("filters");
if (filters) {
  const list = document.getElementById("cards");
  const facets = [...filters.querySelectorAll("select[data-facet]")];
  const search = document.getElementById("search");
  const order = document.getElementById("order");
  const cards = [...list.children].map((node, place) => ({
    node,
    place,
    text: node.textContent.toLowerCase().replace(/\s+/g, " "),
    confidence: Number(node.dataset.confidence),
  }));

  const fits = (card, words, but) =>
    words.every((word) => card.text.includes(word)) &&
    facets.every(
      (facet) =>
        facet === but || !facet.value || card.node.dataset[facet.dataset.facet] === facet.value,
    );

  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const card of cards) {
      card.node.hidden = !fits(card, words);
      shown += card.node.hidden ? 0 : 1;
    }
    document.getElementById("shown").textContent = `${shown} of ${cards.length}`;
    document.getElementById("empty").hidden = shown > 0;
    for (const facet of facets) {
      const counts = new Map();
      for (const card of cards) {
        if (!fits(card, words, facet)) continue;
        const value = card.node.dataset[facet.dataset.facet];
        counts.set(value, (counts.get(value) ?? 0) + 1);
      }
      for (const option of facet.options) {
        if (option.value) {
          option.textContent = `${option.dataset.name} (${counts.get(option.value) ?? 0})`;
        }
      }
    }
  };

  const arrange = () => {
    const sign = { sure: -1, unsure: 1 }[order.value] ?? 0;
    const sorted = [...cards].sort(
      (one, other) => sign * (one.confidence - other.confidence) || one.place - other.place,
    );
    list.append(...sorted.map((card) => card.node));
  };

  facets.forEach((facet) => facet.addEventListener("change", show));
  search.addEventListener("input", show);
  order.addEventListener("change", arrange);
  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.addEventListener("reset", () => setTimeout(() => (arrange(), show())));
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
      event.preventDefault();
      search.focus();
    }
  });
  show(); // a browser may have kept what was chosen
  arrange();
}
