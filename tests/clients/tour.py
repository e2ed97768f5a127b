"""The tours of README.md and docs/tour.md work: their blocks of commands are run as they stand, against a fresh server."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

import PIL.Image
import tifffile

import harness
from harness import PEERS, ROOT

ADDRESS = "127.0.0.1:50051"


def block(page, mark):
    """The one block of commands below `<!-- tour: mark -->` in a page."""
    pattern = rf"^<!-- tour: {mark} -->\n```\w+\n(.*?)^```$"
    (found,) = re.findall(pattern, (ROOT / page).read_text(), re.M | re.S)
    return found


def run(folder, *command):
    """Runs a command in a folder that has what a clone has; gives what it printed."""
    for name in ("samples", "proto"):
        if not (folder / name).exists():
            (folder / name).symlink_to(ROOT / name)
    environment = os.environ | {"PATH": f"{PEERS}:{os.environ['PATH']}"}
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, f"{result.stdout}\n{result.stderr}"
    return result.stdout


def test_the_tour_with_grpcurl():
    commands = block("README.md", "grpcurl")
    assert ADDRESS in commands
    with harness.server() as server, tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        shown = run(folder, "bash", "-euo", "pipefail", "-c", commands.replace(ADDRESS, server.address))
        assert '"status": "SERVING"' in shown and "JOB_OUTCOME_SUCCEEDED" in shown, shown
        assert tifffile.imread(folder / "fileToExport.tiff").shape == (427, 640, 3)


def test_the_tour_in_python():
    stubs, client = block("docs/tour.md", "stubs"), block("docs/tour.md", "python")
    assert ADDRESS in client
    with harness.server() as server, tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        run(folder, "bash", "-euo", "pipefail", "-c", stubs)
        shown = run(folder, sys.executable, "-c", client.replace(ADDRESS, server.address))
        assert re.search(r"^export_job\.is_modifier: .*huge", shown, re.M), shown
        assert re.search(r"^export_job\.macro: .*wbe", shown, re.M), shown
        assert "finished: JOB_OUTCOME_SUCCEEDED" in shown, shown
        assert PIL.Image.open(folder / "fileToExport.png").size == (400, 267)


if __name__ == "__main__":
    harness.main()
