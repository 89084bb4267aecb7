"""Tables (TOML) of the words of consent dialogs, controls, icons and sites, and the code that looks words up in them."""
