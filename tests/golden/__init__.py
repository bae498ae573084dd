"""What each shipped model must still say of sentences of our own."""
