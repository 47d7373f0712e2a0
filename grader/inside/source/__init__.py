"""Python source, split, searched and put into Python; nothing of it is run here."""
