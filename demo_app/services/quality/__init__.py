"""The quality gate: what is sent is looked at before it is kept, and kept whatever is found."""
