"""Why nobody sees a word, as it is said to a person."""

from __future__ import annotations

INVISIBLE = "is drawn invisibly"
TINY = "is too small to be read"
SAME_COLOUR = "has the colour of its background"
UNDER = "lies under something"
ON_PICTURE = "lies in or under a picture"
AWAY = "is cut away or covered"
OFF_PAGE = "lies outside of the page"
HARMLESS = frozenset({OFF_PAGE, AWAY})
"""What was left over where nothing is drawn at all, as marks of printers are."""
SAYS_OTHERWISE = "says something else than the picture of the page"
NOTHING_THERE = "stands where the picture of the page shows nothing"
MISLABELLED = "says other characters than it shows"
