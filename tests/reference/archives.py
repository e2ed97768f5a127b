"""Opens archives of ours with other programs: Python's zipfile, unzip, bsdtar
(from the file, and from a pipe, where it can't look at the table of contents)
and 7z, and Java's ZipInputStream where there is a JDK. Needs unzip, libarchive-tools and p7zip-full, and 4 GiB of address space
for sparse files of 4 GiB; they take a few MB on disk.

    python3 tests/reference/archives.py
"""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib

BIG = (4 << 30) + 12345


JAVA = """
import java.io.*;
import java.util.zip.*;

class Read {
    public static void main(String[] names) throws IOException {
        try (var zip = new ZipInputStream(new BufferedInputStream(new FileInputStream(names[0])))) {
            long count = 0, bytes = 0;
            for (; zip.getNextEntry() != null; count++) {
                bytes += zip.transferTo(OutputStream.nullOutputStream());
            }
            System.out.println(count + " " + bytes);
        }
    }
}
"""


def run(*command, stdin=None):
    done = subprocess.run(command, stdin=stdin, capture_output=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed: {done.stdout[-500:]} {done.stderr[-500:]}")
    return done.stdout


def with_zipfile(path):
    """Reads every byte; zipfile checks sizes and CRC-32."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        for entry in archive.infolist():
            assert entry.date_time == (2026, 11, 25, 12, 30, 44), entry
            assert entry.external_attr >> 16 == 0o100644, entry
        return {entry.filename: entry.file_size for entry in archive.infolist()}


def main(folder):
    environment = dict(os.environ, OFFPRINT_ARCHIVES=folder)
    test = ["cargo", "test", "--lib", "archive::tests::samples", "--", "--ignored"]
    subprocess.run(test, env=environment, check=True)
    names = {
        "mixed.zip": 6,
        "many.zip": 70_000,
        "big-stored.zip": 4,
        "big-deflated.zip": 2,
    }
    for name, count in names.items():
        path = os.path.join(folder, name)
        sizes = with_zipfile(path)
        assert len(sizes) == count, len(sizes)
        assert sizes.get("big.mov", BIG) == BIG and sizes.get("big.tiff", BIG) == BIG
        run("unzip", "-tqq", path)
        run("7z", "t", path)
        listed = run("bsdtar", "-tf", path).decode().splitlines()
        assert sorted(listed) == sorted(sizes), "bsdtar lists other names"
        # bsdtar extracts to standard output and checks CRC-32 on its way.
        with open(path, "rb") as file:
            command = ["bsdtar", "-xOf", "-"]
            reader = subprocess.Popen(command, stdin=file, stdout=subprocess.PIPE)
            streamed, crc = 0, 0
            while piece := reader.stdout.read(1 << 20):
                streamed += len(piece)
                crc = zlib.crc32(piece, crc)
            assert reader.wait() == 0, "bsdtar can't read it as a stream"
        assert streamed == sum(sizes.values()), (streamed, sum(sizes.values()))
        if shutil.which("jar"):
            source = os.path.join(folder, "Read.java")
            with open(source, "w") as file:
                file.write(JAVA)
            counted = run("java", source, path).decode().split()
            assert counted == [str(count), str(streamed)], counted
        print(f"{name}: {count} entries, {os.path.getsize(path)} bytes, read by all")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(folder)
