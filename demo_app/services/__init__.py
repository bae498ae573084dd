"""Use cases. No gradio, no SQL, no tensors."""
