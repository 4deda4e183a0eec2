import { defineErrors } from '@modelsmith/table'

export const { rows: postgresErrors, error: postgresError } = defineErrors({
  'postgres.noBinaries': {
    kind: 'unavailable',
    message: ({ folder }: { folder: string }) => `No PostgreSQL programs in ${folder}: expected initdb and postgres.`,
    hint: () => 'Name the folder that holds them, name an existing database by DATABASE_URL, or install again.',
  },
  'postgres.noServiceUser': {
    kind: 'unavailable',
    message: ({ name }: { name: string }) =>
      `PostgreSQL refuses to run as root, and the user "${name}" does not exist.`,
    hint: ({ name }) => `Create it: useradd --system --shell /usr/sbin/nologin ${name}`,
  },
  'postgres.otherMajor': {
    kind: 'conflict',
    message: ({ folder, found, expected }: { folder: string; found: string; expected: string }) =>
      `The database in ${folder} was made by PostgreSQL ${found}; these programs are PostgreSQL ${expected}.`,
    hint: ({ found }) =>
      `Start once with the programs of PostgreSQL ${found}, save the content with pg_dumpall, and load it into a new data folder.`,
  },
  'postgres.tooOld': {
    kind: 'unsupported',
    message: ({ found }: { found: string }) => `The database server is PostgreSQL ${found}; expected 15 or newer.`,
    hint: () => 'Let DATABASE_URL name a newer server.',
  },
  'postgres.inUse': {
    kind: 'conflict',
    message: ({ folder, pids }: { folder: string; pids: readonly number[] }) =>
      `Another PostgreSQL runs on ${folder} (process ${pids.join(', ')}) and did not end.`,
    hint: () => 'Stop the Modelsmith that it belongs to, or choose another data folder.',
  },
  'postgres.socketTooLong': {
    kind: 'invalid',
    message: ({ folder, length, limit }: { folder: string; length: number; limit: number }) =>
      `The socket folder ${folder} has ${length} bytes; a socket's path leaves room for ${limit}.`,
    hint: () => 'Choose a shorter folder for sockets.',
  },
  'postgres.foreignFolder': {
    kind: 'unsafe',
    message: ({ folder }: { folder: string }) => `${folder} is not a folder of ours; expected one that we made.`,
    hint: () => 'Find out who made it, remove it, or choose another folder.',
  },
  'postgres.failed': {
    kind: 'unavailable',
    message: ({ program, said }: { program: string; said: string }) => `${program} failed: ${said}`,
    hint: () => 'The log is postgres.log beside the database folder.',
  },
  'postgres.notReady': {
    kind: 'unavailable',
    message: ({ seconds, said }: { seconds: number; said: string }) =>
      `The database did not answer within ${seconds} seconds: ${said}`,
    hint: () =>
      'Check that the address, user and password in DATABASE_URL are right and that the server accepts connections.',
  },
})
