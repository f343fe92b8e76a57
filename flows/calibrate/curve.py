"""A rising curve from a model's log-odds to those that are right: isotonic regression, smoothed."""

from __future__ import annotations

import numpy as np
from sklearn.isotonic import IsotonicRegression

from flows.calibrate.samples import Flags, Floats

Curve = tuple[tuple[float, float], ...]
SAME = 9
"""Decimals beyond which log-odds are the same: between closer ones scikit-learn divides by 0."""


def rising_curve(odds: Floats, right: Flags) -> Curve:
    """Return the points of the curve, one for each level of the isotonic fit.

    Each stands in the middle of its level's fields, at their share of right ones; that is drawn to
    the share of all by the weight of one field, for no level is ever quite right or wrong.
    Empty: there is one level only, or nothing to fit.
    """
    if len(set(right.tolist())) < 2:
        return ()
    odds = np.round(odds, SAME)
    level = IsotonicRegression(increasing=True).fit_transform(odds, right.astype(np.float64))
    whole = float(right.mean())
    points: list[tuple[float, float]] = []
    for value in np.unique(level):
        at = level == value
        share = (float(right[at].sum()) + whole) / (int(at.sum()) + 1)
        height = float(np.log(share / (1 - share)))
        if points:
            height = max(height, points[-1][1])
        points.append((float(odds[at].mean()), height))
    return tuple(points) if len(points) > 1 else ()


def on_curve(curve: Curve, odds: Floats) -> Floats:
    """Return the curve's log-odds, level beyond its ends; without a curve the same."""
    if not curve:
        return odds
    across, up = zip(*curve, strict=True)
    return np.asarray(np.interp(odds, across, up), dtype=np.float64)
