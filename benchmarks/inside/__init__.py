"""Programs that measure inside one process. Each prints one JSON document."""
