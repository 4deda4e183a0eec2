import { archiveLimits } from '@modelsmith/serving'
import { defineErrors } from '@modelsmith/table'

export const { rows: registryErrors, error: registryError } = defineErrors({
  'archive.notOne': {
    kind: 'invalid',
    message: ({ missing }: { missing: string }) => `The file is no archive of a release: it has no ${missing}.`,
    hint: () => 'Give the file as "Download archive" of a release saved it.',
  },
  'archive.oneFile': {
    kind: 'invalid',
    message: ({ count }: { count: number }) => `The request has ${count} files; exactly one archive was expected.`,
  },
  'archive.size': {
    kind: 'limit',
    message: ({ bytes, files }: { bytes: number; files: number }) =>
      `The archive has ${(bytes / 2 ** 20).toFixed(0)} MB in ${files.toLocaleString('en')} files; ${archiveLimits.bytes / 2 ** 20} MB in ${archiveLimits.files.toLocaleString('en')} files are the most.`,
    hint: () => 'Release a smaller model.',
  },
  'archive.envelope': {
    kind: 'limit',
    message: ({ path, bytes, most }: { path: string; bytes: number; most: number }) =>
      `"${path}" of the archive has ${bytes.toLocaleString('en')} bytes; ${most.toLocaleString('en')} are the most.`,
    hint: () => 'Export the release again.',
  },
  'archive.signatureForm': {
    kind: 'invalid',
    message: () => 'signature.json of the archive is not as it should be.',
    hint: () => 'Export the release again.',
  },
  'archive.untrusted': {
    kind: 'forbidden',
    message: ({ fingerprint }: { fingerprint: string }) =>
      `The archive is signed with the key ${fingerprint}, which no administrator here trusts.`,
    hint: () =>
      'Ask an administrator to compare it with the key of the other installation, and to add that one under Administration, Trusted installations.',
  },
  'archive.signature': {
    kind: 'unsafe',
    message: ({ installation }: { installation: string }) =>
      `The manifest of the archive is not what "${installation}" has signed: it was changed.`,
    hint: () => 'Nothing was imported. Get the archive again from whoever exported it.',
  },
  'archive.version': {
    kind: 'unsupported',
    message: ({ found }: { found: string }) =>
      `The archive has the format ${found}; modelsmith-release 1 was expected.`,
    hint: () => 'Bring this installation to the version of the other one.',
  },
  'archive.manifest': {
    kind: 'invalid',
    message: ({ count }: { count: number }) =>
      `The manifest of the archive has ${count === 1 ? 'a mistake' : `${count} mistakes`}.`,
  },
  'archive.refused': {
    kind: 'unsafe',
    message: ({ count }: { count: number }) =>
      `The archive is not imported: ${count === 1 ? 'one thing stands' : `${count} things stand`} against it.`,
    hint: () => 'Each finding says what is wrong. Nothing was imported.',
  },
  'archive.damaged': {
    kind: 'unsafe',
    message: ({ path, problem }: { path: string; problem: string }) => `The file "${path}" is damaged: ${problem}`,
  },
  'archive.changed': {
    kind: 'unsafe',
    message: ({ path }: { path: string }) => `The file "${path}" is not the one that was signed.`,
  },
  'archive.missing': {
    kind: 'unsafe',
    message: ({ path }: { path: string }) => `The file "${path}" was signed and is not in the archive.`,
  },
  'archive.unlisted': {
    kind: 'unsafe',
    message: ({ path }: { path: string }) => `The file "${path}" is in the archive and was not signed.`,
  },
  'archive.noModel': {
    kind: 'invalid',
    message: ({ path }: { path: string }) => `The archive says that "${path}" answers, which it does not have.`,
  },
  'archive.code': {
    kind: 'invalid',
    message: ({ problem }: { problem: string }) => `model.json of the archive is not as it should be: ${problem}`,
  },
  'archive.image': {
    kind: 'unsupported',
    message: ({ task }: { task: string }) => `The task "${task}" runs in a container image, which no archive carries.`,
    hint: () => 'Train it with a built-in environment, with requirements.txt where that lacks something.',
  },
  'archive.network': {
    kind: 'unsupported',
    message: ({ task }: { task: string }) =>
      `The task "${task}" asks the network, which is granted in one installation.`,
    hint: () => 'Only what answers without a network is carried to another installation.',
  },
  'archive.noEnvironment': {
    kind: 'unsupported',
    message: ({ name }: { name: string }) => `The environment ${name} is not there.`,
    hint: () => 'Bring this installation to the version of the other one.',
  },
  'archive.environment': {
    kind: 'unsupported',
    message: ({ name, differences }: { name: string; differences: readonly string[] }) =>
      `The environment ${name} has other packages here: ${differences.slice(0, 5).join(', ')}${differences.length > 5 ? ` and ${differences.length - 5} more` : ''}.`,
    hint: () => 'Other packages may predict otherwise. Bring both installations to one version.',
  },
  'archive.otherAnswers': {
    kind: 'unsupported',
    message: ({ problem }: { problem: string }) => `The model file is read otherwise here: ${problem}`,
    hint: () => 'Bring both installations to one version.',
  },
  'archive.twice': {
    kind: 'conflict',
    message: ({ name, number }: { name: string; number: number }) =>
      `The release was imported before: it is release ${number} of "${name}".`,
  },
  'trust.twice': {
    kind: 'conflict',
    message: ({ name }: { name: string }) => `The key is trusted already, as "${name}".`,
  },
  'release.ofAnother': {
    kind: 'invalid',
    message: () => 'The two releases are of different registered models.',
    hint: () => 'Compare releases of one line.',
  },
  'packages.version': {
    kind: 'invalid',
    message: ({ below, language }: { below: string; language: 'python' | 'r' }) =>
      `"${below}" is no version of a package of ${language === 'r' ? 'R' : 'Python'}.`,
    hint: () => 'Write it as the package does, such as 1.4.2.',
  },
  'rebuild.notRegistered': {
    kind: 'conflict',
    message: ({ name }: { name: string }) => `"${name}" answers by a model that is in no registered model.`,
    hint: () => 'Release the model in a registered model, put that release behind the deployment, and rebuild it then.',
  },
  'rebuild.notBelow': {
    kind: 'conflict',
    message: ({ name, package: wanted, atLeast, found }: Record<'name' | 'package' | 'atLeast' | 'found', string>) =>
      `No code of "${name}" runs with ${wanted} below ${atLeast}: ${found}.`,
    hint: () => 'Look for what it runs with under Find a package.',
  },
  'rebuild.image': {
    kind: 'conflict',
    message: ({ name, environment }: { name: string; environment: string }) =>
      `Code of "${name}" runs in ${environment}, which is made of a Dockerfile.`,
    hint: () =>
      'Upload a version of the environment with the later package, and release the model anew with a task that names it.',
  },
  'rebuild.challengers': {
    kind: 'conflict',
    message: ({ name, most }: { name: string; most: number }) =>
      `"${name}" has ${most} challengers, and no more are possible; a rebuilt release is compared as one.`,
    hint: () => 'Remove a challenger first.',
  },
})
