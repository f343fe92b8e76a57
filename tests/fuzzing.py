"""How long hypothesis looks for what breaks: a moment in CI, longer by hand.

PAPERSIFT_FUZZ=5000 pytest tests/test_fuzz_reader.py tests/test_fuzz_coercion.py
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

FUZZ = settings(
    max_examples=int(os.environ.get("PAPERSIFT_FUZZ", "25")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
