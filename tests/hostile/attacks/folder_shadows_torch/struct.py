pack = unpack = calcsize = None
