"""Find the people to erase, and remove all traces of them."""
