"""The receipts and the picture of `PeerBenchmark` by python-escpos.

Reads a JSON object a line and answers each with one. The first has the work: the receipts' lines
and the path of the picture; its answer has the bytes of each. Each that follows says which to
make how often, and is answered by the microseconds of each. The printer is the library's own
Dummy, which collects bytes and does nothing else.
"""
import importlib.metadata
import json
import sys
import time

from escpos.printer import Dummy
from PIL import Image

STYLES = {
    "plain": {"align": "left", "bold": False, "normal_textsize": True},
    "centered": {"align": "center", "bold": False, "normal_textsize": True},
    "total": {"align": "left", "bold": True, "normal_textsize": True},
    "title": {"align": "center", "bold": True, "double_width": True, "double_height": True},
}


def receipt(lines, columns):
    printer = Dummy(profile="TM-T20II")
    style = "plain"
    for line in lines:
        if line["style"] != style:
            style = line["style"]
            printer.set(**STYLES[style])
        text, right = line["left"], line["right"]
        if right:
            text += " " * (columns - len(text) - len(right)) + right
        printer.text(text + "\n")
    printer.cut()
    return printer.output


def raster(image):
    printer = Dummy(profile="TM-T20II")
    # In one piece, which takes it less time than its usual pieces of 960 rows.
    printer.image(image, impl="bitImageRaster", fragment_height=image.height)
    return printer.output


def measure(work, count):
    times = []
    for _ in range(count):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1e6)
    return times


def answer(value):
    print(json.dumps(value), flush=True)


def main():
    setup = json.loads(sys.stdin.readline())
    image = Image.open(setup["picture"])
    image.load()
    works = {
        "english": lambda: receipt(setup["english"], setup["columns"]),
        "european": lambda: receipt(setup["european"], setup["columns"]),
        "picture": lambda: raster(image),
    }
    results = {name: work().hex() for name, work in works.items()}
    answer({"version": importlib.metadata.version("python-escpos"), "results": results})
    for line in sys.stdin:
        request = json.loads(line)
        answer({"microseconds": measure(works[request["work"]], request["count"])})


main()
