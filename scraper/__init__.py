"""Goes and looks: the only package that touches the network."""
