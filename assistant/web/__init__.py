"""The pages in the browser: their FastAPI host, the Gradio pages, and the viewer of the sources."""
