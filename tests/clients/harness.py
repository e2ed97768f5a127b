"""A server to test against, and the runner of the client tests.

Every test is a function `test_*` that asserts; it starts a server of its own with `server()`, on a free port and with a
temporary data directory. The binary is $OFFPRINT_BIN, or target/debug/offprint. Settings are given as keywords:
`server(LIMITS__MAX_UPLOAD_BYTES=5)`.
"""

import contextlib
import os
import pathlib
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
BINARY = pathlib.Path(os.environ.get("OFFPRINT_BIN", ROOT / "target/debug/offprint")).resolve()
# Programs of the environment that runs us (scripts/peers made it): grpcurl and buf stand beside its python.
PEERS = pathlib.Path(sys.prefix) / "bin"

READY = re.compile(r"^offprint is listening on (127\.0\.0\.1:\d+)$")


class Skip(Exception):
    """A test that cannot run here; its text says why."""


class Server:
    """A running `offprint serve` and its data directory."""

    def __init__(self, data, log, settings):
        self.data = data
        self.log = log
        # Only the settings of the test: those of the person who runs it must not change its outcome.
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("OFFPRINT_")}
        self.environment |= {f"OFFPRINT_{name}": str(value) for name, value in settings.items()}
        self.process = None
        self.address = None

    def start(self, seconds=20):
        """Starts the server and waits until it says that it listens."""
        self.launch()
        deadline = time.monotonic() + seconds
        line = b""
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, deadline - time.monotonic()))
            assert ready, f"the server did not say within {seconds} s that it listens"
            byte = os.read(self.process.stdout.fileno(), 1)
            assert byte, f"the server ended with status {self.process.wait()} before it listened"
            line += byte
        match = READY.match(line.decode().rstrip("\n"))
        assert match, f"unexpected first line of the server: {line!r}"
        self.address = match[1]
        return self

    def launch(self):
        """Starts the server without waiting for it."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [BINARY, "serve", "--data", self.data, "--listen", "127.0.0.1:0"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                env=self.environment,
            )

    def stop(self, seconds=20):
        """Asks the server to stop and checks that it does so in order."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(seconds)
        self.process.stdout.close()
        assert status == 0, f"the server ended with status {status} after SIGTERM"

    def kill(self):
        """Ends the server at once, as a power cut would."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def running(self):
        return self.process is not None and self.process.poll() is None

    def rss(self):
        """Resident memory in bytes."""
        return self._status("VmRSS") * 1024

    def threads(self):
        return self._status("Threads")

    def descriptors(self):
        """How many files and sockets are open."""
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def _status(self, key):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{key}:\s+(\d+)", text, re.M)[1])

    def files(self):
        """The originals and outputs under the data directory, half-written ones too, as {path: size}."""
        return {
            str(path.relative_to(self.data)): path.stat().st_size
            for area in ("originals", "outputs")
            for path in (self.data / area).rglob("*")
            if path.is_file()
        }


@contextlib.contextmanager
def server(data=None, allow_panics=False, **settings):
    """A started server that is stopped in order at the end. A test that fails gets the end of the server's log."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="offprint-test-"))
    running = Server(data or folder / "data", folder / "server.log", settings)
    try:
        running.start()
        yield running
        if running.running():
            running.stop()
        log = running.log.read_text(errors="replace")
        assert allow_panics or "panicked at" not in log, "the server panicked, see its log"
    except BaseException as error:
        if not isinstance(error, Skip):
            tail = running.log.read_text(errors="replace").splitlines()[-40:] if running.log.exists() else []
            print(*(f"    server: {line}" for line in tail), sep="\n")
        raise
    finally:
        if running.running():
            running.kill()
        shutil.rmtree(folder, ignore_errors=True)


def wait_until(condition, seconds, what):
    """Asks `condition` again and again until it holds; fails with `what` when it never does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"after {seconds} s still not true: {what}"
        time.sleep(0.05)


def run(tests):
    """Runs test functions one after another, prints a line for each and a closing line; True when none failed."""
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    if not BINARY.is_file():
        print(f"error: no server to test at {BINARY}; build it, or set OFFPRINT_BIN")
        return False
    for test in tests:
        name = f"{test.__module__}.{test.__name__}"
        start = time.monotonic()
        try:
            test()
            outcome, note = "passed", ""
        except Skip as reason:
            outcome, note = "skipped", f": {reason}"
        except Exception:
            outcome, note = "failed", ""
            traceback.print_exc(file=sys.stdout)
        counts[outcome] += 1
        print(f"{name} … {outcome} ({time.monotonic() - start:.1f} s){note}", flush=True)
    print(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))
    return counts["failed"] == 0


def tests_of(module):
    """The test functions of a module, in the order of the file."""
    return [value for name, value in vars(module).items() if name.startswith("test_") and callable(value)]


def main():
    """Runs the tests of the script that was started; names on the command line choose among them."""
    tests = tests_of(sys.modules["__main__"])
    chosen = sys.argv[1:]
    sys.exit(0 if run([test for test in tests if not chosen or test.__name__ in chosen]) else 1)
