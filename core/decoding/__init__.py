"""Search over any model that obeys the contract. Knows no text and no architecture."""
