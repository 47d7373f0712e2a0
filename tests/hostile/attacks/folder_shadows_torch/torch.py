raise SystemExit("gradient and jacobian_2xtx use this torch")
