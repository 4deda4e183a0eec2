import { type Attempt, perl } from '../attempt.ts'

export const processes: readonly Attempt[] = [
  {
    name: 'see the host’s processes',
    guards: ['processes'],
    python: 'import os\nos.stat("/proc/{{VICTIM}}/status")',
    r: 'if (!file.exists("/proc/{{VICTIM}}/status")) stop("not seen")',
  },
  {
    name: 'a signal to a process of the host',
    guards: ['processes', 'user'],
    python: 'import os\nos.kill({{VICTIM}}, 18)',
    r: perl('exit(!kill(18, {{VICTIM}}))'),
  },
  {
    name: 'shared memory of the host',
    guards: ['ipc'],
    python:
      'import ctypes\nassert ctypes.CDLL(None).shmget(ctypes.c_int({{SHARED}}), ctypes.c_size_t(0), ctypes.c_int(0)) != -1',
    r: perl('exit(!defined shmget({{SHARED}}, 0, 0))'),
  },
  {
    name: 'a process that goes on when its session has ended',
    guards: ['processes'],
    seen: 'leftover',
    notIn: { container: 'an engine itself ends what is in a container’s control group' },
    python:
      'import subprocess\nsubprocess.Popen(["sleep", "{{LEFTOVER}}"], start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)',
    r: perl(
      'use POSIX; fork and exit 0; POSIX::setsid(); open(STDIN, "</dev/null"); open(STDOUT, ">/dev/null"); open(STDERR, ">/dev/null"); exec("sleep", "{{LEFTOVER}}")',
    ),
  },
  {
    name: 'fork without end',
    guards: ['processCount'],
    limits: { processes: 24 },
    python:
      'import os, signal\nchildren = []\ntry:\n    for _ in range(80):\n        pid = os.fork()\n        if pid == 0:\n            signal.pause()\n        children.append(pid)\nfinally:\n    for pid in children:\n        os.kill(pid, 9)\n        os.waitpid(pid, 0)',
    r: perl(
      'for (1..80) { $p = fork; unless (defined $p) { kill 9, @c; exit 1 } if ($p == 0) { sleep 60; exit } push @c, $p } kill 9, @c; exit 0',
    ),
  },
]
