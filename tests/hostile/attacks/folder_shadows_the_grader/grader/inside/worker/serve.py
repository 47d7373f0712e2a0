def serve(orders, reports):
    raise SystemExit
