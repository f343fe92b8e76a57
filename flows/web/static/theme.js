/* Light or dark: the system's wish unless a person chose. A classic script in the head, so that the
   choice holds before the first paint. */
"use strict";

(() => {
  const KEY = "papersift.theme";
  const root = document.documentElement;

  /** Return the theme that a person chose, or "" where the storage is closed or nobody did. */
  const chosen = () => {
    try {
      return localStorage.getItem(KEY) || "";
    } catch {
      return "";
    }
  };

  const shown = () =>
    root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

  if (["light", "dark"].includes(chosen())) root.dataset.theme = chosen();

  addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      root.dataset.theme = shown() === "dark" ? "light" : "dark";
      try {
        localStorage.setItem(KEY, root.dataset.theme);
      } catch {
        /* It holds for this page only. */
      }
    });
  });
})();
