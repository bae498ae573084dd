"""Parts of a page that Gradio does not have."""
