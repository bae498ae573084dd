"""The sequence-to-sequence library: text, models, search, training. Knows no page, no SQL, no environment."""
