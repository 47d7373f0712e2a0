"""A kernel of Jupyter's, run as a front end runs it: a cell at a time, each with its id."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from tests.support import ROOT

_SECONDS = 120

# Any: messages of Jupyter's.
Message = dict[str, Any]


class Kernel:
    """A kernel that is running."""

    def __init__(self, manager: KernelManager, client: BlockingKernelClient) -> None:
        self._manager = manager
        self._client = client

    @property
    def process(self) -> psutil.Process:
        """Its process."""
        provisioner = self._manager.provisioner
        assert isinstance(provisioner, LocalProvisioner)
        return psutil.Process(provisioner.pid)

    def send(self, source: str, cell: str | None = None) -> str:
        """Begin to run a cell; `cell` is its id, which some front ends tell. Returns how to ask for what came out."""
        content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False, "stop_on_error": True}
        message = self._client.session.msg("execute_request", content, metadata={"cellId": cell} if cell else {})
        self._client.shell_channel.send(message)
        identity: str = message["header"]["msg_id"]
        return identity

    def outputs(self, identity: str) -> list[Message]:
        """All that a cell has put out, when it has come to its end."""
        found: list[Message] = []
        while True:
            message = self._client.get_iopub_msg(timeout=_SECONDS)
            if message["parent_header"].get("msg_id") != identity:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return found
            if message["msg_type"] in {"stream", "execute_result", "display_data", "error"}:
                found.append(message["content"])

    def run(self, source: str, cell: str | None = None) -> str:
        """Run a cell, and return what it shows as text: a result, what was printed, or an error."""
        return "".join(map(_text, self.outputs(self.send(source, cell))))

    def interrupt(self) -> None:
        """As the stop button does."""
        self._manager.interrupt_kernel()


@contextlib.contextmanager
def running(folder: Path, environment: Mapping[str, str]) -> Iterator[Kernel]:
    """A new kernel in a folder, ended afterwards."""
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(cwd=str(folder), env={**os.environ, "PYTHONPATH": str(ROOT), **environment})
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=_SECONDS)
        yield Kernel(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel()


def _text(output: Message) -> str:
    if "ename" in output:
        return f"{output['ename']}: {output['evalue']}"
    text: str = output["text"] if "text" in output else output["data"]["text/plain"]
    return text
