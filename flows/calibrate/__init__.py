"""Fit confidences to what people say is right, and find out what can be promised."""
