#!/usr/bin/env python3
"""The workbench measured: first answer from a cold start, a slider's answer, memory over many runs.

    bench/workbench.py [CASE] [--runs 1000] [--program target/release/formateur]

Goals: a first answer within 2 s of starting the program (a kept answer counts where it says so and is refreshed), a slider's
answer within 0.5 s (at the few draws of a page, and at 64), memory that does not grow over 1,000 runs. Prints the figures with the load of the machine; the CPU
seconds beside the wall's say what a free machine would need.
"""
import argparse
import http.client
import json
import os
import pathlib
import platform
import re
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Server:
    def __init__(self, program, case, *more):
        self.begun = time.perf_counter()
        self.process = subprocess.Popen([program, "serve", case, "--port", "0", *more], stdout=subprocess.PIPE, text=True)
        self.host = self.process.stdout.readline().strip().removeprefix("http://").rstrip("/")

    def get(self, path):
        connection = http.client.HTTPConnection(self.host, timeout=120)
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status} {body[:300]}")
        return body

    def status(self, key):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{key}:\s+(\d+) kB", text)[1]) / 1024

    def cpu(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.process.kill()
        self.process.wait()


def median(values):
    values = sorted(values)
    return values[len(values) // 2]


def said(what, wall, cpu, goal):
    print(f"| {what} | {wall:.2f} s, {cpu:.2f} CPU-s | {goal} s | {'met' if wall <= goal else 'not met'} |", flush=True)


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("case", nargs="?", default=ROOT / "cases/iraq-2026-veto")
    ask.add_argument("--runs", type=int, default=1000)
    ask.add_argument("--program", default=ROOT / "target/release/formateur")
    given = ask.parse_args()
    name = pathlib.Path(given.case).resolve().name
    load = os.getloadavg()[0]
    print(f"{name}, {os.cpu_count()} cores, load {load:.1f}, {platform.machine()}\n\n| measure | figure | goal | |\n|---|---|---|---|")

    with tempfile.TemporaryDirectory() as cache:
        cold = []
        for _ in range(3):
            server = Server(given.program, given.case, "--forget")
            page = server.get(f"/case/{name}")
            cold.append((time.perf_counter() - server.begun, server.cpu()))
            assert "A first answer from" in page, "it says that it is a first answer"
            server.stop()
        said("cold start to first answer, nothing kept", *sorted(cold)[1], 2.0)
        server = Server(given.program, given.case, "--cache", cache, "--draws", "96")
        server.get(f"/api/cases/{name}/ask/run?draws=96")
        server.get(f"/api/cases/{name}/ask/update?draws=96")
        server.stop()
        server = Server(given.program, given.case, "--cache", cache, "--draws", "96")
        page = server.get(f"/case/{name}")
        wall, cpu = time.perf_counter() - server.begun, server.cpu()
        assert "Kept from an earlier session" in page, "it says that it is a kept answer"
        said("cold start to first answer, kept", wall, cpu, 2.0)

        number = json.loads(server.get(f"/api/cases/{name}/ask/leading?draws=16"))["numbers"][0]
        slider = re.search(r'min="([^"]+)" max="([^"]+)" step="[^"]+" value="[^"]+" data-path="' + re.escape(number) + r'" data-unit="([^"]*)"',
                           server.get(f"/case/{name}/whatif?draws=16"))
        paths = re.findall(r'min="([^"]+)" max="([^"]+)"[^>]*data-path="([^"]+)" data-unit="([^"]*)"',
                           server.get(f"/case/{name}/whatif?draws=16"))
        low, high, path, unit = paths[0] if slider is None else (slider[1], slider[2], number, slider[3])
        few = re.search(r'data-few="(\d+)"', server.get(f"/case/{name}/whatif?draws=16"))[1]
        for draws in (few, "64"):
            answers = []
            for k in range(9):
                value = float(low) + (float(high) - float(low)) * (k + 1) / 10
                before, begun = server.cpu(), time.perf_counter()
                text = f"{path}={value:.4f}" + (unit if unit.startswith("%") else f" {unit}" if unit else "")
                server.get(f"/case/{name}/whatif?part=1&draws={draws}&set=" + text.replace(" ", "%20").replace("%%", "%25"))
                answers.append((time.perf_counter() - begun, server.cpu() - before))
            said(f"slider answered ({draws} draws)", median([a[0] for a in answers]), median([a[1] for a in answers]), 0.5)
        server.stop()

    # Memory: as many runs as asked for on a small case of its own, each with another seed so that none is known already.
    with tempfile.TemporaryDirectory() as folder:
        small = f"{folder}/small"
        subprocess.run([given.program, "new", small], check=True, stdout=subprocess.DEVNULL)
        server = Server(given.program, small, "--forget")
        at = []
        for k in range(given.runs):
            server.get(f"/api/cases/small/ask/run?draws=8&seed={k + 1}")
            if (k + 1) % max(given.runs // 10, 1) == 0:
                at.append(server.status("VmRSS"))
        server.stop()
    # Answers are kept up to a number; from then on nothing may grow.
    settled = at[len(at) // 2:]
    steady = max(settled) - min(settled) <= 0.05 * max(settled)
    print(f"| memory over {given.runs} runs, after each tenth | {', '.join(f'{m:.0f}' for m in at)} MiB | steady in the second half | {'met' if steady else 'not met'} |")


if __name__ == "__main__":
    main()
