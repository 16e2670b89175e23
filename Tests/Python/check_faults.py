#!/usr/bin/env python3
"""Breaks what the command depends on, while it works, and checks what it leaves.

usage: check_faults.py WEFT

Every verb that writes meets: a full disk, a limit on file sizes, a folder it may not write, a closed pipe, signals, a
kill, an input that shrinks or changes, and too little memory. Whatever happens: the input is as it was, a file is there
complete or not at all, and a failure is one line on standard error and exit code 1 (or the signal). Prints a table.
"""
import contextlib
import fcntl
import glob
import json
import os
import random
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time

import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NETWORK = os.path.join(ROOT, "Fixtures", "networks", "digits_int8")
SEED = 9
NOBODY = 65534

# Without files that have no name, as on file systems that do not know them.
SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
static int opened(const char *symbol, const char *path, int flags, unsigned mode) {
  if ((flags & O_TMPFILE) == O_TMPFILE) { errno = EOPNOTSUPP; return -1; }
  return ((int (*)(const char *, int, unsigned))dlsym(RTLD_NEXT, symbol))(path, flags, mode);
}
int open(const char *path, int flags, ...) {
  va_list list; va_start(list, flags); unsigned mode = va_arg(list, unsigned); va_end(list);
  return opened("open", path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  va_list list; va_start(list, flags); unsigned mode = va_arg(list, unsigned); va_end(list);
  return opened("open64", path, flags, mode);
}
"""


class Broken(Exception):
    """The command did not keep its promise."""


def need(condition, what):
    if not condition:
        raise Broken(what)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def tree(folder):
    """All files below a folder by relative path."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            found[os.path.relpath(path, folder)] = read(path)
    return found


class Verb:
    """A verb that writes: its arguments for an output folder, and what it writes when nothing is wrong."""

    def __init__(self, bench, name, arguments, keeps=()):
        self.bench, self.name, self.arguments, self.keeps = bench, name, arguments, set(keeps)
        with tempfile.TemporaryDirectory(dir=bench.work) as out:
            done = self.run(out)
            need(done.returncode == 0, f"{name}: {done.stderr}")
            self.files = tree(out)
        self.size = sum(map(len, self.files.values()))
        need(self.size > 0, f"{name} writes nothing")

    def command(self, out):
        return [self.bench.weft] + self.arguments(out)

    def run(self, out, **options):
        return subprocess.run(self.command(out), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                              **options)

    def check_files(self, out):
        """Each file that is there is the one that belongs there; journals may be there in part."""
        for name, data in tree(out).items():
            if os.path.basename(name) not in self.keeps:
                need(self.files.get(name) == data, f"{name} is left behind, {len(data)} bytes")

    def check_failed(self, done, out, codes=(1,)):
        need(done.returncode in codes, f"exit {done.returncode}, expected {codes}: {done.stderr}")
        if done.returncode == 1:
            lines = done.stderr.splitlines()
            need(len(lines) == 1 and lines[0].startswith("weft: "), f"not one error line: {done.stderr!r}")
        self.check_files(out)
        need(tree(out).keys() != self.files.keys(), "the output is there in spite of the failure")
        return done.stderr.strip()


class Bench:
    """Inputs, and the verbs that are tried on them."""

    def __init__(self, weft, work):
        self.weft, self.work, self.root = weft, work, os.geteuid() == 0
        os.chmod(work, 0o755)
        generator = np.random.default_rng(SEED)
        self.inputs = os.path.join(work, "inputs")
        os.mkdir(self.inputs)
        self.array = self.input("a.npy")
        np.save(self.array, generator.normal(0, 30, (4096, 200)).astype(np.int16))
        self.large = self.input("large.npy")
        np.save(self.large, generator.normal(0, 30, (1 << 19, 64)).astype(np.int16))
        self.spatial, self.packed = self.input("spatial.weft"), self.input("a.weft")
        for source, target, options in [(self.array, self.packed, []), (self.array, self.spatial, ["--layout", "NC", "--order", "spatial"])]:
            subprocess.run([weft, "pack", source, "-o", target, "-q", *options], check=True)
        self.network = self.input("network.weft")
        subprocess.run([weft, "pack", NETWORK, "-o", self.network, "-q"], check=True)
        self.trace = self.input("t.trace")
        with open(self.trace, "w") as file:
            file.writelines(f"{number * 16416 % (1 << 30):x} {'READ' if number % 3 else 'WRITE'} {number}\n" for number in range(20_000))
        self.spec = self.input("sweep.json")
        with open(self.spec, "w") as file:
            file.write('{"networks": ["%s"], "machines": ["loom-1b", "loom-2b", "dpnn"], "schemes": ["array", "raw"], "batches": [%s]}'
                       % (NETWORK, ", ".join(map(str, range(1, 21)))))
        self.shim = self.build_shim()
        for path in glob.glob(self.inputs + "/*"):
            os.chmod(path, 0o644)
        self.before = tree(self.inputs)
        self.verbs = [
            Verb(self, "pack", lambda out: ["pack", self.array, "-o", f"{out}/a.weft"]),
            Verb(self, "pack NETWORK", lambda out: ["pack", NETWORK, "-o", f"{out}/n.weft"]),
            Verb(self, "unpack", lambda out: ["unpack", self.network, "-o", f"{out}/files"]),
            Verb(self, "unpack --tensor", lambda out: ["unpack", self.packed, "--tensor", "a", "-o", f"{out}/a.npy"]),
            Verb(self, "unpack, spatial", lambda out: ["unpack", self.spatial, "--tensor", "a", "-o", f"{out}/a.npy"]),
            Verb(self, "unpack --rows", lambda out: ["unpack", self.packed, "--rows", "5:4000", "-o", f"{out}/r.npy"]),
            Verb(self, "trace", lambda out: ["trace", self.network, "--for", "dramsim3", "--activation-memory", "64",
                                               "-o", f"{out}/d.trace"]),
            Verb(self, "traffic --html", lambda out: ["traffic", self.network, "--html", f"{out}/t.html"]),
            Verb(self, "channel --commands", lambda out: ["channel", self.trace, "--commands", f"{out}/c.log"]),
            Verb(self, "sweep", lambda out: ["sweep", self.spec, "-o", f"{out}/s.csv"], keeps=["s.csv.part"]),
        ]

    def input(self, name):
        return os.path.join(self.inputs, name)

    def build_shim(self):
        source, library = os.path.join(self.work, "shim.c"), os.path.join(self.work, "shim.so")
        with open(source, "w") as file:
            file.write(SHIM)
        compiler = shutil.which("cc") or os.path.join(os.path.dirname(os.path.realpath(shutil.which("swift"))), "clang")
        subprocess.run([compiler, "-shared", "-fPIC", source, "-o", library, "-ldl"], check=True)
        return library

    @contextlib.contextmanager
    def output(self):
        out = tempfile.mkdtemp(dir=self.work, prefix="out-")
        try:
            yield out
        finally:
            shutil.rmtree(out)
        need(tree(self.inputs) == self.before, "an input has changed")


# --- The faults. Each yields what it tried: verb, outcome. -------------------------------------------------------

def full_disk(bench):
    """A file system with room for half of what is written; needs root."""
    if not bench.root:
        print("**** SKIPPED: not root, no file system can be mounted; the limit on file sizes stands in ****")
        return
    for verb in bench.verbs:
        with bench.output() as out:
            size = max(4096, verb.size // 2 // 4096 * 4096)
            need(size < verb.size, f"{verb.name} writes too little for this test: {verb.size} bytes")
            if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", out], stderr=subprocess.DEVNULL).returncode:
                print("**** SKIPPED: nothing can be mounted here; the limit on file sizes stands in ****")
                return
            try:
                yield verb.name, verb.check_failed(verb.run(out), out)
            finally:
                subprocess.run(["umount", out], check=True)


def full_output(bench):
    """Standard output that takes nothing."""
    for arguments in outputs(bench):
        with open("/dev/full", "w") as full:
            done = subprocess.run([bench.weft] + arguments, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
        yield spoken(arguments), one_line(done)


def file_size_limit(bench):
    for verb in bench.verbs:
        largest = max(map(len, verb.files.values()))
        with bench.output() as out:
            limit = largest // 2
            done = verb.run(out, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
            yield verb.name, verb.check_failed(done, out)


def closed_folder(bench):
    """A folder that may not be written; root becomes nobody first, whom permissions bind."""
    def become_nobody():
        if bench.root:
            os.setgid(NOBODY)
            os.setuid(NOBODY)

    for verb in bench.verbs:
        with bench.output() as out:
            os.chmod(out, 0o555)
            yield verb.name, verb.check_failed(verb.run(out, preexec_fn=become_nobody), out)


def outputs(bench):
    return [
        ["list", bench.network], ["list", bench.network, "--json"], ["compare", bench.packed],
        ["unpack", bench.packed, "--tensor", "a", "-o", "-"], ["unpack", bench.spatial, "--tensor", "a", "-o", "-"],
        ["pack", bench.array, "-o", "-"], ["trace", bench.network, "--for", "dramsim3", "-o", "-"],
        ["channel", bench.trace, "--commands", "-"], ["channel", bench.trace], ["--version"], ["--help"],
    ]


def spoken(arguments):
    return " ".join(os.path.basename(word) for word in arguments)


def one_line(done):
    lines = done.stderr.splitlines()
    need(done.returncode == 1 and len(lines) == 1 and lines[0].startswith("weft: "),
         f"exit {done.returncode}, {done.stderr!r}")
    return lines[0]


def closed_pipe(bench):
    """A pipe whose reader has gone before the first byte."""
    for arguments in outputs(bench):
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run([bench.weft] + arguments, stdout=writer, stderr=subprocess.PIPE, text=True, timeout=60)
        os.close(writer)
        yield spoken(arguments), one_line(done)


def reader_leaves(bench):
    """A reader that takes some bytes of many and goes."""
    for arguments in ([["unpack", bench.packed, "--tensor", "a", "-o", "-"], ["channel", bench.trace, "--commands", "-"]]):
        process = subprocess.Popen([bench.weft] + arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        need(len(process.stdout.read(1000)) == 1000, "no output")
        process.stdout.close()
        errors = process.stderr.read().decode()
        process.stderr.close()
        yield spoken(arguments), one_line(subprocess.CompletedProcess(arguments, process.wait(60), "", errors))


def heed_signals():
    """A signal that whoever started the tests ignores, as nohup does, would be ignored by the command too."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def signals(bench):
    """A signal while a file is being written, with and without files that have no name."""
    for shim in (False, True):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL):
            with bench.output() as out:
                environment = dict(os.environ, LD_PRELOAD=bench.shim) if shim else None
                # Requests come through a pipe, so that the command waits in the middle of its work.
                process = subprocess.Popen([bench.weft, "channel", "-", "--commands", f"{out}/c.log"],
                                           stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
                                           preexec_fn=heed_signals)
                fcntl.fcntl(process.stdin, 1031, 1 << 20)
                process.stdin.write(read(bench.trace)[:400_000])
                process.stdin.flush()
                wait_until(lambda: written(process.pid, out) > 50_000, "nothing is written")
                hidden = [name for name in os.listdir(out)]
                need(bool(hidden) == shim, f"before the signal: {hidden}")
                process.send_signal(number)
                process.wait(60)
                process.stdin.close()
                need(process.returncode == -number, f"exit {process.returncode} after {number!r}")
                need(process.stderr.read() == b"", "words after a signal")
                left = os.listdir(out)
                # Nothing can tidy up behind a kill; what is left is no output and says so.
                need(all(name.startswith(".weft-") for name in left) if shim and number == signal.SIGKILL else not left,
                     f"left behind: {left}")
                yield f"{number.name}{', named temporary file' if shim else ''}", f"left: {left or 'nothing'}"


def written(pid, folder):
    """Bytes of the file in `folder` that the process writes, with or without a name."""
    size = 0
    for path in glob.glob(f"/proc/{pid}/fd/*"):
        with contextlib.suppress(OSError):
            if os.readlink(path).startswith(folder):
                size = max(size, os.stat(path).st_size)
    return size


def wait_until(condition, problem, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        need(time.monotonic() < end, problem)
        time.sleep(0.001)


def kills(bench):
    """SIGKILL and SIGTERM at drawn moments of packing and unpacking."""
    generator = random.Random(SEED)
    packed = os.path.join(bench.work, "large.weft")
    subprocess.run([bench.weft, "pack", bench.large, "-o", packed, "-q", "-f"], check=True)
    whole = {"large.weft": read(packed), "large.npy": read(bench.large)}
    for name, arguments in [("pack", lambda out: ["pack", bench.large, "-o", f"{out}/large.weft"]),
                            ("unpack", lambda out: ["unpack", packed, "-o", out])]:
        with bench.output() as out:
            start = time.monotonic()
            subprocess.run([bench.weft, *arguments(out)], check=True, stdout=subprocess.DEVNULL)
            length = time.monotonic() - start
        early = 0
        for round in range(24):
            with bench.output() as out:
                process = subprocess.Popen([bench.weft, *arguments(out), "-q"], stderr=subprocess.DEVNULL)
                time.sleep(generator.uniform(0, length))
                process.send_signal(generator.choice([signal.SIGKILL, signal.SIGTERM]))
                early += process.wait(60) < 0
                for path, data in tree(out).items():
                    need(whole[path] == data, f"round {round}, seed {SEED}: {path} is there with {len(data)} bytes")
        need(early > 5, f"only {early} of 24 ended early")
        yield name, f"{early} of 24 ended early, no partial file"
    os.remove(packed)


@contextlib.contextmanager
def stopped_while_reading(bench, arguments, path, out):
    """The command, stopped as soon as it has `path` open or mapped; goes on when the block ends."""
    process = subprocess.Popen([bench.weft, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def reads():
        need(process.poll() is None, "ended before it was stopped")
        with contextlib.suppress(OSError):
            if path in open(f"/proc/{process.pid}/maps").read():
                return True
        for link in glob.glob(f"/proc/{process.pid}/fd/*"):
            with contextlib.suppress(OSError):
                if os.readlink(link) == path:
                    return True
        return False

    end = time.monotonic() + 20
    while not reads():
        need(time.monotonic() < end, "never opened its input")
    process.send_signal(signal.SIGSTOP)
    yield process
    process.send_signal(signal.SIGCONT)
    process.wait(60)


def shrinking_input(bench):
    """An input that becomes shorter while it is read, mapped or not."""
    container, network = os.path.join(bench.work, "l.weft"), os.path.join(bench.work, "network")
    original = os.path.join(bench.work, "original.weft")
    subprocess.run([bench.weft, "pack", bench.large, "-o", original, "-q"], check=True)
    array = os.path.join(bench.work, "shrinks.npy")
    weights = os.path.join(network, "weights", "conv06_w.npy")
    cases = [
        ("pack, .npy", bench.large, array, 5000, lambda out: ["pack", array, "-o", f"{out}/o"]),
        ("compare, .npy", bench.large, array, 5000, lambda out: ["compare", array]),
        ("unpack", original, container, 50_000, lambda out: ["unpack", container, "-o", f"{out}/o"]),
        ("test", original, container, 50_000, lambda out: ["test", container]),
    ]
    for name, source, path, length, arguments in cases:
        shutil.copy(source, path)
        for size in (length, 0):
            shutil.copy(source, path)
            with bench.output() as out:
                with stopped_while_reading(bench, arguments(out), path, out) as process:
                    os.truncate(path, size)
                errors = process.stderr.read()
                line = one_line(subprocess.CompletedProcess([], process.returncode, "", errors))
                need(os.path.basename(path) in line, f"{line}: the file is not named")
                need(not tree(out), f"left behind: {list(tree(out))}")
                yield f"{name} cut to {size}", line
        os.remove(path)
    os.remove(original)


def changing_input(bench):
    """An input whose bytes change while it is packed: no container is written."""
    generator = random.Random(SEED)
    path = os.path.join(bench.work, "changes.npy")
    options = [["--zero-compaction", "on"], [], ["--precisions", "layer"]]
    for round in range(12):
        shutil.copy(bench.large, path)
        with bench.output() as out:
            process = subprocess.Popen([bench.weft, "pack", path, "-o", f"{out}/o.weft", "-q", *options[round % 3]],
                                       stderr=subprocess.PIPE, text=True)
            if round >= 6:
                # Behind the choice of settings, which then no longer fit.
                wait_until(lambda: process.poll() is not None or written(process.pid, out) > 0, "nothing is written")
            with open(path, "r+b") as file:
                while process.poll() is None:
                    file.seek(generator.randrange(128, 60_000_000))
                    file.write(generator.randbytes(200))
                    file.flush()
            errors = process.stderr.read()
            line = one_line(subprocess.CompletedProcess([], process.returncode, "", errors))
            need(not tree(out), "left behind")
    os.remove(path)
    yield "pack", f"12 of 12 refused, the last: {line}"


def input_as_output(bench):
    """An output that is an input, by its own name, by another and by a link: nothing is written over."""
    with bench.output() as out:
        array, container = f"{out}/a.npy", f"{out}/a.weft"
        np.save(array, np.arange(5000, dtype=np.int16))
        subprocess.run([bench.weft, "pack", array, "-o", container, "-q"], check=True)
        os.link(array, f"{out}/hard.npy")
        os.symlink("a.npy", f"{out}/soft.npy")
        shutil.copytree(NETWORK, f"{out}/network")
        sweep = f"{out}/sweep.json"
        with open(sweep, "w") as file:
            json.dump({"networks": [NETWORK], "machines": ["dpnn"], "schemes": ["raw"]}, file)
        before = tree(out)
        for name, arguments in [
            ("pack", ["pack", array, "-o", array]), ("pack, hard link", ["pack", array, "-o", f"{out}/hard.npy"]),
            ("pack, link", ["pack", array, "-o", f"{out}/soft.npy"]),
            ("pack, network", ["pack", f"{out}/network", "-o", f"{out}/network/network.json"]),
            ("unpack", ["unpack", container, "--tensor", "a", "-o", container]),
            ("merge", ["merge", container, "-o", container]),
            ("traffic", ["traffic", f"{out}/network", "--csv", f"{out}/network/network.json"]),
            ("sweep", ["sweep", sweep, "-o", sweep]),
        ]:
            line = one_line(subprocess.run([bench.weft, *arguments, "-f"], capture_output=True, text=True))
            need("is an input" in line, line)
            # What a sweep has done so far is kept on purpose.
            now = {path: bytes for path, bytes in tree(out).items() if not path.endswith(".part")}
            need(now == before, f"{name}: a file has changed")
            yield name, line


def links_and_streams(bench):
    """An output that is a link is written where that leads; pipes and devices are written to and stay what they are."""
    with bench.output() as out:
        array, container = f"{out}/a.npy", f"{out}/a.weft"
        np.save(array, np.arange(5000, dtype=np.int16))
        subprocess.run([bench.weft, "pack", array, "-o", container, "-q"], check=True)
        shutil.copy(array, f"{out}/target")
        os.symlink("target", f"{out}/link")
        subprocess.run([bench.weft, "pack", array, "-o", f"{out}/link", "-f", "-q"], check=True)
        need(os.path.islink(f"{out}/link") and read(f"{out}/target") == read(container), "the link")
        yield "link", "led to the container"
        os.mkfifo(f"{out}/pipe")
        with subprocess.Popen(["cat", f"{out}/pipe"], stdout=subprocess.PIPE) as reader:
            subprocess.run([bench.weft, "pack", array, "-o", f"{out}/pipe", "-q"], check=True)
            need(reader.stdout.read() == read(container), "the bytes in the pipe")
        need(stat.S_ISFIFO(os.stat(f"{out}/pipe").st_mode), "the pipe")
        yield "pipe", "took the container"


def little_memory(bench):
    """Every verb with more and more address space, from what the command needs to start to what the verb needs."""
    def limited(kilobytes):
        return lambda: resource.setrlimit(resource.RLIMIT_AS, (kilobytes << 10, kilobytes << 10))

    def starts(kilobytes):
        """Several times: where memory lies is left to chance. The language's runtime says what it lacks, too."""
        done = [subprocess.run([bench.weft, "--version"], preexec_fn=limited(kilobytes), capture_output=True)
                for _ in range(5)]
        return all(one.returncode == 0 and not one.stderr for one in done)

    start = 20_000
    while not starts(start):
        start += 2_000
    # What chance has not shown yet.
    start += 2_000
    verbs = bench.verbs + [
        Verb(bench, "pack, large", lambda out: ["pack", bench.large, "-o", f"{out}/l.weft", "-T", "4"]),
    ]
    for verb in verbs:
        limit, failures, words = start, 0, set()
        while True:
            with bench.output() as out:
                done = verb.run(out, preexec_fn=limited(limit))
                if done.returncode == 0:
                    verb.check_files(out)
                    break
                try:
                    words.add(verb.check_failed(done, out))
                except Broken as problem:
                    raise Broken(f"{verb.name} with {limit} KiB: {problem}")
                failures += 1
                limit += 1_000 if verb.name != "pack, large" else 4_000
        yield verb.name, f"{failures} limits from {start} KiB refused, {limit} KiB do; e.g. {min(words, key=len) if words else '-'}"


FAULTS = [full_disk, full_output, file_size_limit, closed_folder, closed_pipe, reader_leaves, signals, kills,
          shrinking_input, changing_input, input_as_output, links_and_streams, little_memory]


def main():
    weft = os.path.abspath(sys.argv[1])
    chosen = [fault for fault in FAULTS if len(sys.argv) < 3 or fault.__name__ in sys.argv[2:]]
    count = 0
    with tempfile.TemporaryDirectory(prefix="weft-faults-") as work:
        bench = Bench(weft, work)
        for fault in chosen:
            start = time.monotonic()
            print(f"{fault.__name__.replace('_', ' ')}:", flush=True)
            try:
                for name, outcome in fault(bench):
                    print(f"  {name}: {outcome.replace(work + '/', '')[:160]}", flush=True)
                    count += 1
            except Broken as problem:
                sys.exit(f"check_faults: {fault.__name__} (seed {SEED}): {problem}")
            print(f"  {time.monotonic() - start:.1f} s")
    print(f"{count} faults met, nothing lost, nothing partial")


if __name__ == "__main__":
    main()
