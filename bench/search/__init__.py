"""Text scoring alone, side by side with other engines."""
