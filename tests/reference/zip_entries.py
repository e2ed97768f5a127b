"""ZIP files for the tests of src/library/zip_entries.rs, by Python's zipfile: python3 zip_entries.py FOLDER"""

import struct
import sys
import zipfile
from pathlib import Path

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
WHEN = (2024, 2, 29, 12, 34, 56)


def entry(name):
    return zipfile.ZipInfo(name, WHEN)


with zipfile.ZipFile(folder / "plain.zip", "w") as archive:
    archive.writestr(entry("shoes/"), b"")
    archive.writestr(entry("shoes/rot.txt"), b"0123456789")
    archive.writestr(entry("grün.txt"), b"aaaaaaaaaa", zipfile.ZIP_DEFLATED)
    archive.writestr(entry("CafX.txt"), b"abc")
# An old program's name, in code page 437, where é is 0x82.
plain = (folder / "plain.zip").read_bytes().replace(b"CafX.txt", b"Caf\x82.txt")
(folder / "plain.zip").write_bytes(plain)

# An entry that says to have 5 GB: the directory alone, with a ZIP64 field and end record.
extra = struct.pack("<HHQ", 1, 8, 5_000_000_000)
date = (2024 - 1980) << 9 | 2 << 5 | 29
time = 12 << 11 | 34 << 5 | 56 // 2
central = struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 45, 45, 0, 0, time, date, 0, 5, 0xFFFFFFFF,
                      7, len(extra), 0, 0, 0, 0, 0) + b"big.bin" + extra
data = b"bytes"
end64 = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, len(central), len(data))
locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, len(data) + len(central), 1)
end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
(folder / "zip64.zip").write_bytes(data + central + end64 + locator + end)
with zipfile.ZipFile(folder / "zip64.zip") as archive:
    assert archive.infolist()[0].file_size == 5_000_000_000
