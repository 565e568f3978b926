"""Language model and sentence vectors behind an OpenAI-compatible interface."""
