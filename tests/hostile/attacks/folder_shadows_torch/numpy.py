random = None
