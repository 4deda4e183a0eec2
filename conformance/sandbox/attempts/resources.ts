import type { Attempt } from '../attempt.ts'

export const resources: readonly Attempt[] = [
  {
    name: 'memory without end',
    guards: ['memory'],
    limits: { memoryMb: 256 },
    python: 'held = bytearray(b"x" * 700_000_000)\nassert len(held) == 700_000_000',
    r: 'held <- numeric(90e6)\nheld[] <- 1\nif (sum(held[1:2]) != 2) stop("lost")',
  },
  {
    name: 'a disk full, by one file',
    guards: ['fileSize'],
    limits: { fileSizeMb: 16 },
    python:
      'import os\nwith open(os.path.join(output_dir, "large"), "wb") as file:\n    for _ in range(64):\n        file.write(bytes(1_000_000))',
    r: 'path <- file.path(output_dir, "large")\nsystem2("dd", c("if=/dev/zero", paste0("of=", path), "bs=1000000", "count=64"), stderr = FALSE)\nif (file.size(path) < 64e6) stop("cut off")',
  },
  {
    name: 'a disk full, by many files',
    guards: ['diskTotal'],
    limits: { fileSizeMb: 4 },
    python:
      'import os, time\nfor number in range(20):\n    with open(os.path.join(output_dir, str(number)), "wb") as file:\n        file.write(bytes(1_000_000))\ntime.sleep(3)',
    r: 'for (number in 1:20) writeBin(raw(1e6), file.path(output_dir, number))\nSys.sleep(3)',
  },
  {
    name: 'memory full, by files in /tmp',
    guards: ['tmpSize'],
    limits: { memoryMb: 2048, fileSizeMb: 2048 },
    python:
      'with open("/tmp/large", "wb") as file:\n    for _ in range(600):\n        file.write(bytes(1_000_000))\nimport os\nos.unlink("/tmp/large")',
    r: 'system2("dd", c("if=/dev/zero", "of=/tmp/large", "bs=1000000", "count=600"), stderr = FALSE)\nsize <- file.size("/tmp/large")\nunlink("/tmp/large")\nif (size < 6e8) stop("cut off")',
  },
  {
    name: 'a loop without end',
    guards: ['time'],
    limits: { wallSeconds: 1, cpuSeconds: 1 },
    python: 'import time\nuntil = time.monotonic() + 4\nwhile time.monotonic() < until:\n    pass',
    r: 'until <- proc.time()[["elapsed"]] + 4\nwhile (proc.time()[["elapsed"]] < until) NULL',
  },
  {
    name: 'sleep without end',
    guards: ['time'],
    limits: { wallSeconds: 1 },
    python: 'import time\ntime.sleep(4)',
    r: 'Sys.sleep(4)',
  },
  {
    name: 'a line of 8 MB on stdout',
    guards: ['prints'],
    seen: 'prints',
    python: 'import sys\nsys.stdout.write("x" * 8_000_000 + "\\n")',
    r: 'cat(strrep("x", 8e6), "\\n")',
  },
  {
    name: 'a line of 8 MB on stderr',
    guards: ['prints'],
    seen: 'prints',
    python: 'import sys\nsys.stderr.write("x" * 8_000_000 + "\\n")',
    r: 'cat(strrep("x", 8e6), "\\n", file = stderr())',
  },
]
