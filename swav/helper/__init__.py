"""A build's helper: one process that has imported what jobs import, and forks for each of them."""
