"""Figures drawn from finished translations: attention maps, confidence, edits. No torch."""
