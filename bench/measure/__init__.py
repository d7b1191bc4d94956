"""What bench/run is made of: an origin, processes and what they cost, the parts, the table."""
