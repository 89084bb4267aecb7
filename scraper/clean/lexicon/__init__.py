"""What consent dialogs, controls, icons and sites say, as tables in TOML, and what looks words up in them."""
