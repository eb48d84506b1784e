"""Text to vectors: one interface, three engines, and sentence vectors taken from the passage they stand in."""

import os

# The official builds of onnxruntime tell its maker how they are used, and keep an identifier of the machine in the home
# folder for it. They ask for this variable when they are first imported, and for nothing later.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
