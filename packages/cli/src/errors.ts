import { defineErrors } from '@modelsmith/table'

export const { rows: cliErrors, error: cliError } = defineErrors({
  'cli.notLoggedIn': {
    kind: 'unauthenticated',
    message: () => 'No server is known.',
    hint: () => 'Run `modelsmith login --server ADDRESS --token TOKEN`, or set MODELSMITH_SERVER and MODELSMITH_TOKEN.',
  },
  'cli.unreachable': {
    kind: 'unavailable',
    message: ({ server, reason }: { server: string; reason: string }) => `${server} cannot be reached: ${reason}`,
    hint: () => 'Check the address and whether the server runs.',
  },
  'cli.usage': {
    kind: 'invalid',
    message: ({ problem }: { problem: string }) => problem,
    hint: ({ problem: _ }) => 'Add --help to see what the command takes.',
  },
  'cli.file': {
    kind: 'invalid',
    message: ({ path, reason }: { path: string; reason: string }) => `${path} cannot be read: ${reason}`,
  },
  'cli.ambiguousName': {
    kind: 'invalid',
    message: ({ name, noun, count }: { name: string; noun: string; count: number }) =>
      count === 0 ? `There is no ${noun} named "${name}".` : `${count} ${noun} are named "${name}".`,
    hint: () => 'Give the id; the `list` command shows it.',
  },
  'cli.jobFailed': {
    kind: 'userCode',
    message: ({ title, problem }: { title: string; problem: string }) => `${title} failed: ${problem}`,
  },
  'cli.input': {
    kind: 'invalid',
    message: ({ path, problem }: { path: string; problem: string }) => `${path}: ${problem}`,
  },
  'cli.notNative': {
    kind: 'unsupported',
    message: ({ path, problem }: { path: string; problem: string }) => `${path} cannot be scored natively. ${problem}`,
    hint: ({ path }: { path: string }) => `\`modelsmith inspect ${path}\` says what it is.`,
  },
  'cli.notServed': {
    kind: 'unsupported',
    message: ({ path, problem }: { path: string; problem: string }) => `${path} cannot be served: ${problem}`,
    hint: ({ path }: { path: string }) => `\`modelsmith score --model ${path} --input …\` scores files with it.`,
  },
  'cli.archive': {
    kind: 'invalid',
    message: ({ reason }: { reason: string }) => `The bundle is no run that can be read here: ${reason}.`,
    hint: () => 'The server may have another version of Modelsmith, or the connection may have ended early.',
  },
  'cli.noPredictions': {
    kind: 'invalid',
    message: ({ name }: { name: string }) =>
      `The bundle of ${name} says no predictions that its own could be compared with.`,
    hint: () => 'Only a training that succeeded has some. Train it again if that was before bundles had them.',
  },
  'cli.builtin': {
    kind: 'notFound',
    message: ({ task, id }: { task: string; id: string }) => `The built-in task ${task} (${id}) is not known here.`,
    hint: () => 'Install the version of Modelsmith that the server has.',
  },
  'cli.cancelled': {
    kind: 'unavailable',
    message: () => 'Cancelled. Nothing was left behind.',
  },
  'cli.taskFolder': {
    kind: 'userCode',
    message: ({ path, count }: { path: string; count: number }) =>
      `${path} is not a task folder that can run: ${count} ${count === 1 ? 'thing is' : 'things are'} wrong with it.`,
  },
  'cli.noValidation': {
    kind: 'invalid',
    message: ({ task }: { task: string }) => `Task "${task}" does not say which rows it is checked with.`,
    hint: () =>
      'Add "validation: {input: sample.csv, targetName: y}" to model-metadata.yaml, with the file in the folder; or use `modelsmith fit --input FILE`.',
  },
  'cli.contract': {
    kind: 'userCode',
    message: ({ task }: { task: string }) => `Task "${task}" was fitted and scored, and breaks its contract.`,
  },
  'cli.notFitted': {
    kind: 'notFound',
    message: ({ path }: { path: string }) => `${path} holds no fitted task: it has no model.json.`,
    hint: ({ path }: { path: string }) =>
      `Run \`modelsmith fit --code-dir ${path} --input … --output MODEL\` first, then score with --code-dir MODEL.`,
  },
})
