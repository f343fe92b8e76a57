"""Signals become probabilities: by a calibration, monotone, the same for every model."""
