"""Other systems, measured beside ours on the same weights, in virtual environments of their own."""
