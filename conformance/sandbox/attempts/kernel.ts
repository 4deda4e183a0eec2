import { type Attempt, perl } from '../attempt.ts'

/** A call to the kernel by its number on x86-64, which must not give -1; an empty text is room for 128 bytes. */
const call = (number: number, ...args: readonly (number | string)[]): Pick<Attempt, 'python' | 'r'> => {
  const python = args.map((arg) => {
    if (typeof arg === 'number') return `ctypes.c_long(${arg})`
    return `ctypes.create_string_buffer(${arg === '' ? '128' : `b"${arg}"`})`
  })
  // Perl hands a text over in place: it must be a variable's.
  const texts = args.flatMap((arg, index) =>
    typeof arg === 'number' ? [] : [`$t${index} = ${arg === '' ? '"\\0" x 128' : `"${arg}"`};`],
  )
  const r = args.map((arg, index) => (typeof arg === 'number' ? String(arg) : `$t${index}`))
  return {
    python: `import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nif libc.syscall(${[`ctypes.c_long(${number})`, ...python].join(', ')}) == -1:\n    raise OSError(os.strerror(ctypes.get_errno()))`,
    r: perl(`${texts.join(' ')} exit(syscall(${[number, ...r].join(', ')}) == -1)`),
  }
}

const newUser = 0x10000000

export const kernel: readonly Attempt[] = [
  { name: 'mount', guards: ['systemCalls', 'user'], ...call(165, 'none', '/dev/shm', 'tmpfs', 0, 0) },
  { name: 'a user namespace, in which it would be root', guards: ['systemCalls'], ...inChild(call(272, newUser)) },
  { name: 'chroot, to climb out of it', guards: ['systemCalls', 'user'], ...inChild(call(161, '/tmp')) },
  { name: 'a tree of mounts of its own (open_tree)', guards: ['systemCalls', 'user'], ...call(428, -100, '/', 1) },
  { name: 'ptrace', guards: ['systemCalls'], ...inChild(call(101, 0, 0, 0, 0)) },
  {
    name: 'the memory of another process',
    guards: ['systemCalls'],
    ...readOwnMemory(),
  },
  { name: 'a key in the kernel’s key ring', guards: ['systemCalls'], ...call(248, 'user', 'modelsmith', 'x', 1, -2) },
  { name: 'io_uring, past the filter of system calls', guards: ['systemCalls'], ...call(425, 4, '') },
  { name: 'userfaultfd', guards: ['systemCalls'], ...call(323, 1) },
  { name: 'a file by its handle, past every folder', guards: ['systemCalls', 'user'], ...handle() },
  { name: 'another host name', guards: ['user', 'systemCalls'], ...call(170, 'sandbox', 7) },
  {
    name: 'more processor than others',
    guards: ['user'],
    python: 'import os\nos.nice(-5)\nos.nice(5)',
    r: perl('exit(syscall(141, 0, 0, -5) != 0)'),
  },
  { name: 'become root', guards: ['user'], python: 'import os\nos.setuid(0)', r: perl('exit(syscall(105, 0) != 0)') },
  {
    name: 'become root by a setuid program',
    // The filter of system calls cannot be had without the promise that no program gives more rights.
    guards: ['noNewPrivileges', 'systemCalls', 'socketFamilies'],
    python: 'import subprocess\nassert b"euid=0" in subprocess.check_output(["{{FOLDER}}/id"])',
    r: 'if (!any(grepl("euid=0", system2("{{FOLDER}}/id", stdout = TRUE)))) stop("not root")',
  },
  {
    name: 'type into a terminal (TIOCSTI)',
    guards: ['systemCalls', 'devices', 'user'],
    python: 'import fcntl, os\nmaster, slave = os.openpty()\nfcntl.ioctl(slave, 0x5412, b"x")',
    r: perl(
      'open(M, "+<", "/dev/ptmx") or exit 1; $u = pack("i", 0); ioctl(M, 0x40045431, $u) or exit 2; $n = pack("i", 0); ioctl(M, 0x80045430, $n) or exit 3; $x = unpack("i", $n); open(S, "+<", "/dev/pts/$x") or exit 4; $c = "x"; exit(!ioctl(S, 0x5412, $c))',
    ),
  },
]

/** In a process of its own, because it would change the one that goes on. */
function inChild({ python, r }: Pick<Attempt, 'python' | 'r'>): Pick<Attempt, 'python' | 'r'> {
  const body = python.split('\n').map((line) => `        ${line}`)
  return {
    python: `import os\npid = os.fork()\nif pid == 0:\n    try:\n${body.join('\n')}\n        os._exit(0)\n    except BaseException:\n        os._exit(1)\nassert os.waitpid(pid, 0)[1] == 0`,
    r,
  }
}

function readOwnMemory(): Pick<Attempt, 'python' | 'r'> {
  return {
    python:
      'import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nsource, target = ctypes.create_string_buffer(b"secret"), ctypes.create_string_buffer(6)\nvector = lambda buffer: (ctypes.c_ulong * 2)(ctypes.addressof(buffer), 6)\nif libc.syscall(ctypes.c_long(310), ctypes.c_long(os.getpid()), vector(target), ctypes.c_long(1), vector(source), ctypes.c_long(1), ctypes.c_long(0)) != 6:\n    raise OSError(os.strerror(ctypes.get_errno()))',
    r: perl(
      '$s = "secret"; $t = "      "; $p = sub { unpack("Q", pack("P", $_[0])) }; $l = pack("QQ", $p->($t), 6); $r = pack("QQ", $p->($s), 6); exit(syscall(310, $$ + 0, $l, 1, $r, 1, 0) != 6)',
    ),
  }
}

function handle(): Pick<Attempt, 'python' | 'r'> {
  return {
    python:
      'import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nspace = ctypes.create_string_buffer(b"\\x40\\0\\0\\0", 128)\nmount = ctypes.c_int(0)\nif libc.syscall(ctypes.c_long(303), ctypes.c_long(-100), b"{{CODE}}", space, ctypes.byref(mount), ctypes.c_long(0)) == -1:\n    raise OSError(os.strerror(ctypes.get_errno()))',
    r: perl(
      '$h = pack("II", 64, 0) . ("\\0" x 120); $m = pack("i", 0); $p = "{{CODE}}"; exit(syscall(303, -100, $p, $h, $m, 0) == -1)',
    ),
  }
}
