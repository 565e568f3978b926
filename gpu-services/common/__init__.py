"""What the three speech services share."""
