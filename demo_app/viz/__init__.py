"""Results in, plain values for the page's scripts out. No torch, no gradio."""
