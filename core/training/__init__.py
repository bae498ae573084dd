"""From pairs of sentences to a checkpoint. Knows no service and no page."""
