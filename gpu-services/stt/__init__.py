"""Speech to text: Whisper through a short window, and Smart Turn, behind one WebSocket a call."""
