import { defineErrors } from '@modelsmith/table'

export const { rows: taskErrors, error: taskError } = defineErrors({
  'task.folder': {
    kind: 'invalid',
    message: ({ count }: { count: number }) => `The task folder has ${count} ${count === 1 ? 'mistake' : 'mistakes'}.`,
    hint: () =>
      'Mend what the findings name and upload the folder again; `modelsmith fit` tries it on your machine first.',
  },
  'task.empty': {
    kind: 'invalid',
    message: () => 'The upload has no files.',
    hint: () => 'Choose the folder that holds custom.py.',
  },
  'task.archive': {
    kind: 'invalid',
    message: ({ reason }: { reason: string }) => `The zip archive cannot be taken: ${reason}.`,
    hint: () => 'Zip the content of the task folder again, or upload the folder itself.',
  },
  'task.noTemplate': {
    kind: 'notFound',
    message: ({ id }: { id: string }) => `There is no template "${id}".`,
    hint: () => '`modelsmith task-templates list` shows those that are there.',
  },
  'task.taken': {
    kind: 'invalid',
    message: ({ path }: { path: string }) => `There is a file "${path}" already.`,
    hint: () => 'Choose another name, or delete that file first.',
  },
  'task.changed': {
    kind: 'conflict',
    message: ({ name, seen, now }: { name: string; seen: string; now: string }) =>
      `"${name}" is at version ${now} by now; your changes began from ${seen}. Nothing was saved, and nothing is lost.`,
    hint: ({ seen, now }) =>
      `Compare ${seen} with ${now}, then save your changes on top of ${now}: files that you did not change stay as they are there.`,
  },
  'task.changedFile': {
    kind: 'conflict',
    message: ({ path }: { path: string }) => `"${path}" was changed meanwhile, and you changed it, too.`,
    hint: () => 'Saving on top takes yours: bring over what you want to keep of theirs first.',
  },
  'task.gitAddress': {
    kind: 'invalid',
    message: ({ url, problem }: { url: string; problem: string }) => `"${url}" cannot be imported from: ${problem}.`,
    hint: () =>
      'Give the address that one clones from without signing in. From a repository of your own, `modelsmith push` uploads what you have cloned.',
  },
  'task.gitRef': {
    kind: 'invalid',
    message: ({ ref }: { ref: string }) => `"${ref}" cannot be the name of a branch, a tag or a commit.`,
    hint: () => 'Name one, such as main, v1.2 or 4f0c1d2; leave it out for the main branch.',
  },
  'task.gitFolder': {
    kind: 'invalid',
    message: ({ folder }: { folder: string }) => `"${folder}" is not a folder within a repository.`,
    hint: () => 'Give its path from the top, such as tasks/median.',
  },
  'task.gitPrivate': {
    kind: 'forbidden',
    message: ({ host }: { host: string }) =>
      `${host} is at a private address, and the server asks none of those for others.`,
    hint: () => 'The operator can allow this host by MODELSMITH_GIT_HOSTS.',
  },
  'task.git': {
    kind: 'unavailable',
    message: ({ url, reason }: { url: string; reason: string }) => `${url} could not be fetched: ${reason}.`,
    hint: () => 'Check the address, and that it can be cloned without signing in.',
  },
  'task.gitNothing': {
    kind: 'notFound',
    message: ({ what }: { what: string }) => `The repository ${what}.`,
    hint: () => 'Look at the names in the repository; upper and lower case differ.',
  },
  'task.gitLimit': {
    kind: 'limit',
    message: ({ what, limit }: { what: string; limit: string }) => `${what} is more than ${limit}.`,
    hint: () => 'Import the folder of the task alone, from a repository without large data.',
  },
  'task.gitEntry': {
    kind: 'unsafe',
    message: ({ path, problem }: { path: string; problem: string }) =>
      `"${path}" is ${problem}, and a task has plain files only.`,
    hint: () => 'Put the file itself in its place.',
  },
  'task.noFile': { kind: 'notFound', message: ({ path }: { path: string }) => `This version has no file "${path}".` },
})
