"""Times how long a library takes over a folder of files; its last line is the seconds.

usage: beside.py pdfplumber|easyofd FOLDER
"""
import base64
import contextlib
import io
import pathlib
import sys
import time


def with_pdfplumber(path):
    import pdfplumber

    with pdfplumber.open(path) as document:
        return document.pages[0].extract_text()


def with_easyofd(path):
    from easyofd import OFD

    document = OFD()
    document.read(base64.b64encode(path.read_bytes()).decode(), save_xml=False)
    return document.data


name, folder = sys.argv[1], pathlib.Path(sys.argv[2])
read = {"pdfplumber": with_pdfplumber, "easyofd": with_easyofd}[name]
files = sorted(folder.iterdir())
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    read(files[0])  # Importing is not reading.
    start = time.perf_counter()
    said = [read(path) for path in files]
    seconds = time.perf_counter() - start
assert all(said), "every file says something"
print(seconds)
