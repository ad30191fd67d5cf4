#!/usr/bin/env python3
"""Packs files into the archive $1, in the folder $2 of it. The same files give the same bytes: owners are root, times are
$SOURCE_DATE_EPOCH."""

import gzip
import io
import os
import pathlib
import sys
import tarfile

out, folder, *files = sys.argv[1:]
time = int(os.environ["SOURCE_DATE_EPOCH"])
packed = io.BytesIO()
with tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive:
    for file in files:
        path = pathlib.Path(file)
        entry = tarfile.TarInfo(f"{folder}/{path.name}")
        entry.size, entry.mtime = path.stat().st_size, time
        entry.mode = 0o755 if path.stem == "clawbeat" else 0o644
        with path.open("rb") as content:
            archive.addfile(entry, content)
pathlib.Path(out).write_bytes(gzip.compress(packed.getvalue(), mtime=time))
