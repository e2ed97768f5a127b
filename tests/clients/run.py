"""Runs all client tests but the soak; names of files on the command line choose among them: run.py export kill."""

import importlib
import sys

import harness

FILES = ["export", "formats", "tour", "errors", "uploads", "watching", "storage", "mails", "mutated", "kill"]

if __name__ == "__main__":
    chosen = sys.argv[1:] or FILES
    tests = [test for file in chosen for test in harness.tests_of(importlib.import_module(file))]
    sys.exit(0 if harness.run(tests) else 1)
