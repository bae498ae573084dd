"""Models of others: where they are fetched from, and how they become model folders. Knows no search."""
