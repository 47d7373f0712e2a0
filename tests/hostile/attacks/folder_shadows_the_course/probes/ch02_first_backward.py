def gradient(recorder, f, x):
    raise SystemExit
