"""How long programs take from start to end, next to /bin/true: medians of runs in turn."""

import os
import statistics
import sys
import time

programs = ["/bin/true", *sys.argv[1:]]
times = {program: [] for program in programs}
for _ in range(500):
    for program in programs:
        start = time.perf_counter()
        os.waitpid(os.posix_spawn(program, [program], {}), 0)
        times[program].append(time.perf_counter() - start)
medians = {program: statistics.median(times[program]) for program in programs}
for program in programs[1:]:
    micros = 1e6 * medians[program]
    print(f"{os.path.basename(program)}: {micros:.0f} us, {medians[program] / medians['/bin/true']:.2f} times /bin/true")
