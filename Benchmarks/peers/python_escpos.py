"""What python-escpos needs for the receipt and the picture of CodecBenchmark.

Prints one JSON line: the median of microseconds for one receipt and for one picture, and the bytes
of each. The printer is the library's own Dummy, which collects bytes and does nothing else.
"""
import json
import statistics
import sys
import time

from escpos.printer import Dummy
from PIL import Image


def receipt():
    printer = Dummy(profile="TM-T20II")
    printer.set(align="center", bold=True, double_width=True, double_height=True)
    printer.text("QINGHE MARKET\n")
    printer.set(align="center", bold=False, normal_textsize=True)
    printer.text("Kiosk 3  2026-11-22 10:15\n")
    printer.set(align="left")
    for line in range(34):
        name = f"Article number {line}"
        amount = f"{line}.{line % 10}5"
        printer.text(name + " " * (42 - len(name) - len(amount)) + amount + "\n")
    printer.set(bold=True)
    printer.text("TOTAL" + " " * (42 - 5 - 6) + "612.55" + "\n")
    printer.set(bold=False)
    printer.text("Points earned" + " " * (42 - 13 - 3) + "612" + "\n")
    printer.set(align="center")
    printer.text("THANK YOU\n")
    printer.text("Goods may be returned within 14 days\n")
    printer.cut()
    return printer.output


def picture():
    image = Image.new("L", (576, 2000))
    image.putdata([(x * 255 // 575 + y) % 256 for y in range(2000) for x in range(576)])
    return image


def raster(image):
    printer = Dummy(profile="TM-T20II")
    printer.image(image, impl="bitImageRaster")
    return printer.output


def median(work, rounds):
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        output = work()
        times.append((time.perf_counter() - start) * 1e6)
    return statistics.median(times), len(output)


def main():
    image = picture()
    receipt(), raster(image)  # warm
    receipt_time, receipt_bytes = median(receipt, 200)
    raster_time, raster_bytes = median(lambda: raster(image), 10)
    json.dump(
        {
            "receiptMicroseconds": receipt_time,
            "receiptBytes": receipt_bytes,
            "rasterMicroseconds": raster_time,
            "rasterBytes": raster_bytes,
        },
        sys.stdout,
    )
    print()


main()
