"""The network: sessions that connect only where the address guard allows, fetching with a deadline, robots.txt."""
