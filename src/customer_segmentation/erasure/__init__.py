"""Who is to be erased, and that nothing of them is left."""
