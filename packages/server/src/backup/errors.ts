import { defineErrors } from '@modelsmith/table'

export const { rows: backupErrors, error: backupError } = defineErrors({
  'backup.usage': {
    kind: 'invalid',
    message: ({ found }: { found: string }) => `"${found}" is not what was expected: the folder of one backup.`,
    hint: () => 'npm run backup -- FOLDER [--with-key], or npm run restore -- FOLDER.',
  },
  'backup.nothing': {
    kind: 'notFound',
    message: ({ folder }: { folder: string }) => `There is no data of Modelsmith in ${folder}.`,
    hint: () => 'Name the data folder by MODELSMITH_DATA, as for npm start.',
  },
  'backup.exists': {
    kind: 'conflict',
    message: ({ folder }: { folder: string }) => `${folder} is there already; a backup makes a folder of its own.`,
    hint: () => 'Name a folder that does not exist yet. One that ends in .unfinished was broken off: remove it.',
  },
  'backup.object': {
    kind: 'unavailable',
    message: ({ count, first }: { count: number; first: string }) =>
      `${count === 1 ? 'One object' : `${count.toLocaleString('en')} objects`} of the object store cannot be backed up; the first: ${first}.`,
    hint: () => 'Check the disk, bring these files back from an earlier backup (objects/), and back up again.',
  },
  'backup.interrupted': {
    kind: 'unavailable',
    message: ({ what }: { what: string }) => `The ${what} was broken off; nothing of it is left.`,
  },
  'backup.none': {
    kind: 'notFound',
    message: ({ folder }: { folder: string }) =>
      `${folder} has no backup.json: it is no backup, or one that was broken off.`,
    hint: () => 'Name the folder that a backup has made to its end.',
  },
  'backup.damaged': {
    kind: 'invalid',
    message: ({ file, problem }: { file: string; problem: string }) => `The backup is damaged: ${file} ${problem}.`,
    hint: () => 'Copy the backup anew from where it was kept, or take another one. Nothing was restored.',
  },
  'backup.newer': {
    kind: 'unsupported',
    message: ({ version, here, known }: { version: string; here: string; known: string }) =>
      `The backup was made by Modelsmith ${version}, which is newer than this one, ${here}: it does not know ${known}.`,
    hint: () => 'Restore it with that version or a newer one.',
  },
  'restore.notEmpty': {
    kind: 'conflict',
    message: ({ place, found }: { place: string; found: string }) =>
      `${place} is not empty: it has ${found}. A backup is restored into an empty place only.`,
    hint: () => 'Name an empty data folder by MODELSMITH_DATA, and by DATABASE_URL an empty database, or none.',
  },
  'restore.unfinished': {
    kind: 'conflict',
    message: ({ folder }: { folder: string }) =>
      `A backup was being restored into ${folder}, and did not get to its end.`,
    hint: () =>
      'Remove what is in the folder, empty the database that DATABASE_URL names, if it does, and restore again.',
  },
})
