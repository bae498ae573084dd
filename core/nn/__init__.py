"""The networks behind the one seq2seq contract. Know ids and tensors, no text and no search."""
