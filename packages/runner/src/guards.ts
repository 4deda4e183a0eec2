/**
 * What stands between user code and the machine. Both back ends build their sandbox from this list; the sandbox suite leaves one out
 * at a time, to see that an attempt fails because of it and not by chance. Nothing else can: no setting names a guard.
 */
export const guards = {
  network: 'a network of its own, with nothing but its own loopback',
  files: 'a root of its own: the system and the given folders, no other file of the host',
  readOnly: 'everything that is not its to write is mounted read-only',
  devices: 'only the devices null, zero, full, random, urandom',
  processes: 'a process namespace of its own; what it leaves ends with it',
  ipc: 'shared memory, semaphores and message queues of its own',
  user: 'a host user of its own without capabilities',
  noNewPrivileges: 'no program can give it more rights',
  systemCalls: 'system calls that task code never needs are refused',
  socketFamilies: 'sockets of the families unix, inet and inet6 only',
  environment: 'no variable of the host process',
  memory: 'memory is bounded',
  processCount: 'the number of processes is bounded',
  fileSize: 'the size of a file is bounded',
  diskTotal: 'the size and number of all files is bounded',
  tmpSize: 'folders for temporary files are small and in memory',
  time: 'a step that takes too long is stopped',
  links: 'the host follows no link that the code has made',
  prints: 'of a printed line the host keeps 4 kB',
} as const

export type Guard = keyof typeof guards
export type Without = ReadonlySet<Guard>

export const nothingLeftOut: Without = new Set()
