"""A real browser for tests: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

REQUIRED = os.environ.get("PAPERSIFT_BROWSER") == "required"
"""A missing browser fails the tests instead of skipping them."""
QUIET = [
    "--no-sandbox",  # containers have none
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
]
WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 390, "height": 844}
PATIENCE_MS = 15_000

Rectangle = dict[str, float]
"""x, y, width and height, in pixels of the window."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser; without one, skip the tests that need it."""
    path = shutil.which("chromium")
    if path is None:
        missing = "there is no chromium on the path (Debian: apt-get install chromium)"
        if REQUIRED:
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def a_tab(browser: Browser, **options: object) -> Iterator[Page]:
    """Open a tab of its own; whatever goes wrong in its scripts fails the test."""
    context = browser.new_context(**{"viewport": WIDE, "reduced_motion": "reduce", **options})
    context.set_default_timeout(PATIENCE_MS)
    tab = context.new_page()
    wrong: list[str] = []
    tab.on("pageerror", lambda error: wrong.append(f"{error}\n{error.stack or ''}"))
    tab.on(
        "console",
        lambda told: wrong.append(told.text) if "Security Policy" in told.text else None,
    )
    try:
        yield tab
        assert not wrong, "\n".join(wrong)
    finally:
        context.close()


def rectangle(element: Locator) -> Rectangle:
    """Return where an element is."""
    expect(element).to_be_visible()  # a page's picture may have to be drawn first
    box = element.bounding_box()
    assert box is not None
    return dict(box)


def picture_of(tab: Page, clip: Rectangle) -> Image.Image:
    """Return what the window shows in a rectangle, in grey."""
    return Image.open(io.BytesIO(tab.screenshot(clip=clip))).convert("L")


def keep_picture(tab: Page, path: Path) -> None:
    """Keep what a tab shows, in 128 colours: a fifth of the size, and nobody sees a difference."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(io.BytesIO(tab.screenshot())) as picture:
        picture.convert("RGB").quantize(128).save(path, optimize=True)
