"""Arrays in, plotly figures and escaped HTML out. No torch, no gradio."""
