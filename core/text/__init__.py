"""Text in, token ids out: cleaning, segments, pieces, batches. Knows no network."""
