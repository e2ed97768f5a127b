"""The README's tour with grpcurl works: its block of commands is run as it stands, against a fresh server."""

import os
import pathlib
import re
import subprocess
import tempfile

import tifffile

import harness
from harness import PEERS, ROOT, SAMPLES

BLOCK = re.compile(r"<!-- tour: .*?-->\n```sh\n(.*?)^```$", re.M | re.S)
ADDRESS = "127.0.0.1:50051"


def test_the_tour_of_the_readme():
    blocks = BLOCK.findall((ROOT / "README.md").read_text())
    assert len(blocks) == 1, "README.md has one block of commands marked as the tour"
    assert ADDRESS in blocks[0]
    with harness.server() as server, tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "samples").symlink_to(SAMPLES)
        result = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", blocks[0].replace(ADDRESS, server.address)],
            cwd=folder,
            env=os.environ | {"PATH": f"{PEERS}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert result.returncode == 0, f"{result.stdout}\n{result.stderr}"
        assert '"status": "SERVING"' in result.stdout
        assert "JOB_OUTCOME_SUCCEEDED" in result.stdout, result.stdout
        assert tifffile.imread(pathlib.Path(folder) / "fileToExport.tiff").shape == (427, 640, 3)


if __name__ == "__main__":
    harness.main()
