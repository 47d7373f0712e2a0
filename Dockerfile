# An image that grades: docker build --build-arg TORCH_INDEX=... -t gradlings .
# docs/containers.md shows how to run it: no network, nothing to write to but /tmp, no root.
ARG PYTHON=3.12

FROM python:${PYTHON}-slim AS build
# The index to take torch from; without it, it is PyPI's CUDA build of several gigabytes.
ARG TORCH_INDEX=""
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1
WORKDIR /src
RUN python -m venv /opt/gradlings
# torch first, in a layer of its own: it changes least, and takes longest. The index need not hold anything else.
COPY constraints.txt ./
RUN if [ -n "$TORCH_INDEX" ]; then set -- --no-deps --index-url "$TORCH_INDEX"; fi \
    && /opt/gradlings/bin/pip install -c constraints.txt "$@" torch
COPY pyproject.toml LICENSE catalog.toml phrasebook.toml ./
COPY grader/ grader/
COPY checks/ checks/
COPY docs/students.md docs/
COPY exercises/ exercises/
COPY probes/ probes/
COPY scripts/setup.sh scripts/
COPY solutions/ solutions/
# Open to all: the image runs as whoever `--user` names.
RUN /opt/gradlings/bin/pip install -c constraints.txt . && chmod -R a+rX /opt/gradlings

FROM python:${PYTHON}-slim
# The layer `seccomp` needs it.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libseccomp2 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/gradlings /opt/gradlings
# Nothing is written but what is asked for, so a read-only file system and a /tmp in memory are enough.
ENV PATH="/opt/gradlings/bin:$PATH" HOME=/tmp PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
WORKDIR /work
ENTRYPOINT ["grader"]
CMD ["--help"]
