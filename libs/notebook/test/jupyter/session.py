"""Drives a kernel through jupyter_client, as Jupyter does: reads steps as JSON from stdin, writes what came of them as JSON to stdout.

A step: {"cells": [code, ...], "interrupt": seconds, "again": seconds, "restart": true}. Cells of a step are sent at once; `interrupt` comes so many seconds
after the first of them has printed something, and a second one so many seconds after the first one's cell has printed again; `restart` comes before.
"""

import json
import subprocess
import sys
import time

from jupyter_client import KernelManager


def answers(client, ids):
    """The replies to requests by id."""
    replies = {}
    while not set(ids) <= set(replies):
        reply = client.get_shell_msg(timeout=120)
        replies[reply["parent_header"]["msg_id"]] = reply["content"]
    return [replies[id] for id in ids]


def run(manager, client, step):
    if step.get("restart"):
        manager.restart_kernel(now=False)
        client.wait_for_ready(timeout=120)
    ids = [client.execute(code) for code in step["cells"]]
    outputs = {id: [] for id in ids}
    states = []
    idle = 0
    printed = None
    interrupted = stopped = again = None
    while idle < len(ids):
        if printed is None and any(one["type"] == "stream" for one in outputs[ids[0]]):
            printed = time.time()
        if step.get("interrupt") and interrupted is None and printed and time.time() - printed > step["interrupt"]:
            interrupted = time.time()
            said = len(outputs[ids[0]])
            manager.interrupt_kernel()
        if interrupted and again is None and "again" in step and len(outputs[ids[0]]) > said:
            again = time.time() + step["again"]
        if again and time.time() > again:
            again = float("inf")
            manager.interrupt_kernel()
        try:
            message = client.get_iopub_msg(timeout=0.1)
        except Exception:
            continue
        parent = message["parent_header"].get("msg_id")
        kind, content = message["msg_type"], message["content"]
        if kind == "status" and parent in outputs:
            states.append([ids.index(parent), content["execution_state"]])
            if content["execution_state"] == "idle":
                idle += 1
                if parent == ids[0]:
                    stopped = time.time()
        elif kind != "status":
            outputs.setdefault(parent, []).append({"type": kind, **content})
    replies = answers(client, ids)
    return {
        "cells": [{"reply": reply, "outputs": outputs[id]} for id, reply in zip(ids, replies)],
        "late": [one for parent, ones in outputs.items() if parent not in ids for one in ones],
        "states": states,
        "stopped": None if interrupted is None else stopped - interrupted,
    }


def main():
    name, cwd = sys.argv[1:]
    manager = KernelManager(kernel_name=name)
    # What the process itself prints must not come between.
    manager.start_kernel(cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=120)
        results = [run(manager, client, step) for step in json.load(sys.stdin)]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    sys.stdout.write(json.dumps(results))


main()
