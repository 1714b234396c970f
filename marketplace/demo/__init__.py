"""The demonstration city: fictional organisations, needs and lists, and what loads them."""
