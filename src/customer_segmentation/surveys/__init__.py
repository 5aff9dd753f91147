"""Whether people say of themselves what segments say of them."""
