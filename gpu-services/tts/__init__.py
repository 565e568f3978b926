"""Text to speech: Kokoro for its quality, hibari for its speed, or a provider, behind one streaming endpoint."""
