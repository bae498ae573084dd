"""How much a model learns from so many corrections, and what it forgets over them."""
