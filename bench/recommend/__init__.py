"""The whole recommendation, side by side with engines that answer its text query alone."""
