import { type Attempt, perl } from '../attempt.ts'

const write = (path: string): Pick<Attempt, 'python' | 'r'> => ({
  python: `open("${path}", "w").write("x")`,
  r: `if (!suppressWarnings(file.create("${path}"))) stop("refused")`,
})

export const files: readonly Attempt[] = [
  {
    name: 'a file of the host',
    guards: ['files'],
    python: 'assert "{{SECRET}}" in open("{{FOLDER}}/secret").read()',
    r: 'if (suppressWarnings(readLines("{{FOLDER}}/secret"))[1] != "{{SECRET}}") stop("other")',
  },
  {
    name: 'the host’s password file',
    guards: ['files', 'user'],
    python: 'assert "root:" in open("/etc/shadow").read()',
    r: 'if (!any(grepl("^root:", suppressWarnings(readLines("/etc/shadow"))))) stop("other")',
  },
  {
    name: 'what another user’s session wrote',
    guards: ['files', 'user'],
    python: 'assert "{{SECRET}}" in open("{{FOLDER}}/other/model.pkl").read()',
    r: 'if (suppressWarnings(readLines("{{FOLDER}}/other/model.pkl"))[1] != "{{SECRET}}") stop("other")',
  },
  {
    name: 'a variable of the host with a password',
    guards: ['environment'],
    python: 'import os\nassert os.environ["MODELSMITH_TEST_SECRET"] == "{{SECRET}}"',
    r: 'if (Sys.getenv("MODELSMITH_TEST_SECRET") != "{{SECRET}}") stop("other")',
  },
  {
    name: 'the password in the environment of the host’s process',
    guards: ['processes', 'user'],
    python: 'assert b"MODELSMITH_TEST_SECRET" in open("/proc/{{VICTIM}}/environ", "rb").read()',
    r: perl('open(F, "<", "/proc/{{VICTIM}}/environ") or exit 1; local $/; exit(<F> !~ /MODELSMITH_TEST_SECRET/)'),
  },
  {
    name: 'a module in the environment’s packages, for later tasks',
    guards: ['readOnly'],
    ...write('{{FOLDER}}/packages/numpy.py'),
  },
  { name: 'its own code, for later runs', guards: ['readOnly'], ...write('{{CODE}}/custom2.py') },
  { name: 'a file at the root', guards: ['readOnly', 'user'], ...write('/modelsmith-attempt') },
  {
    name: 'a link in output_dir, for the host to follow',
    guards: ['links'],
    seen: 'link',
    python: 'import os\nos.symlink("{{FOLDER}}/secret", os.path.join(output_dir, "leak"))',
    r: 'if (!file.symlink("{{FOLDER}}/secret", file.path(output_dir, "leak"))) stop("refused")',
  },
  {
    name: 'a device of the host',
    guards: ['devices'],
    python: 'import os\nos.stat("/dev/{{DEVICE}}")',
    r: 'if (!file.exists("/dev/{{DEVICE}}")) stop("absent")',
  },
  {
    name: 'a device file of its own',
    guards: ['user'],
    python:
      'import os, stat\nos.mknod("/tmp/attempt-device", stat.S_IFCHR | 0o600, os.makedev(1, 3))\nos.unlink("/tmp/attempt-device")',
    r: perl('$p = "/tmp/attempt-device"; exit(syscall(133, $p, 0020600, 0x103) != 0 || !unlink($p))'),
  },
  {
    name: 'the kernel’s pattern for core files',
    guards: ['user', 'readOnly'],
    python:
      'text = open("/proc/sys/kernel/core_pattern").read()\nopen("/proc/sys/kernel/core_pattern", "w").write(text)',
    r: perl(
      'open(F, "+<", "/proc/sys/kernel/core_pattern") or exit 1; $t = <F>; seek(F, 0, 0); exit(!defined syswrite(F, $t))',
    ),
  },
  {
    name: 'control groups',
    guards: ['files', 'user', 'readOnly'],
    python:
      'import os\nbase = "/sys/fs/cgroup/memory" if os.path.isdir("/sys/fs/cgroup/memory") else "/sys/fs/cgroup"\nos.mkdir(base + "/modelsmith-attempt")\nos.rmdir(base + "/modelsmith-attempt")',
    r: 'base <- if (dir.exists("/sys/fs/cgroup/memory")) "/sys/fs/cgroup/memory" else "/sys/fs/cgroup"\nif (!suppressWarnings(dir.create(file.path(base, "modelsmith-attempt")))) stop("refused")\nperl(sprintf("exit(!rmdir(\'%s/modelsmith-attempt\'))", base))',
  },
]
