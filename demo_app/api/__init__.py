"""The HTTP API for programs: routes, their schemas, their errors. No Gradio."""
