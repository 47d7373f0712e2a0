gradient = None
