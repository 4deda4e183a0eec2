import { defineErrors } from '@modelsmith/table'

export const { rows: hostingErrors, error: hostingError } = defineErrors({
  'experiment.closed': {
    kind: 'conflict',
    message: ({ name }: { name: string }) => `The experiment "${name}" is submitted; it changes no more.`,
    hint: () => 'Begin another experiment for another file or other fields.',
  },
  'experiment.noFile': {
    kind: 'conflict',
    message: ({ name }: { name: string }) => `The experiment "${name}" has no model file yet.`,
    hint: () => 'Upload one first.',
  },
  'experiment.withTraining': {
    kind: 'conflict',
    message: ({ name }: { name: string }) =>
      `The experiment "${name}" trains here; it takes no file, algorithm or proof.`,
    hint: () => 'Begin an experiment without training for a finished file.',
  },
  'experiment.withoutTraining': {
    kind: 'conflict',
    message: ({ name }: { name: string }) =>
      `The experiment "${name}" hosts a finished file; nothing is trained in it.`,
    hint: () => 'Begin an experiment with training: {"training": true}.',
  },
  'experiment.rowsChosen': {
    kind: 'conflict',
    message: ({ name }: { name: string }) =>
      `The experiment "${name}" has its rows; what is trained is compared on them.`,
    hint: () => 'Begin another experiment for other rows or another split.',
  },
  'experiment.noRows': {
    kind: 'conflict',
    message: ({ name }: { name: string }) => `The experiment "${name}" has no rows to train on yet.`,
    hint: () => 'Choose a sample set, and how its rows are split, first.',
  },
  'experiment.noModel': {
    kind: 'conflict',
    message: ({ name }: { name: string }) => `The experiment "${name}" has no candidate yet.`,
    hint: () => 'Choose one of the models that were trained in it.',
  },
  'experiment.otherModel': {
    kind: 'invalid',
    message: ({ model, name }: { model: string; name: string }) =>
      `The model ${model} was not trained on the rows of the experiment "${name}".`,
    hint: () => 'GET /projects/{id}/leaderboard lists those that were, under the id of its project.',
  },
  'experiment.oneFile': {
    kind: 'invalid',
    message: ({ count }: { count: number }) => `The upload has ${count} files; exactly one model file was expected.`,
    hint: () => 'A saved folder is uploaded as one zip file.',
  },
  'experiment.fileSize': {
    kind: 'limit',
    message: ({ bytes, mb }: { bytes: number; mb: number }) =>
      `The model file has ${(bytes / 2 ** 20).toFixed(1)} MB; ${mb} MB are the most that is taken here.`,
    hint: () => 'Save it compressed, or let the operator raise MODELSMITH_MODEL_MB.',
  },
  'experiment.fileName': {
    kind: 'unsupported',
    message: ({ name }: { name: string; known: string }) => `"${name}" does not end like a model file.`,
    hint: ({ known }: { known: string }) => `Endings that are taken: ${known}. A saved folder is zipped as a whole.`,
  },
  'experiment.busy': {
    kind: 'limit',
    message: () => 'Too many model files are being read at the moment.',
    hint: () => 'Try again in a few seconds.',
  },
  'experiment.algorithm': {
    kind: 'invalid',
    message: ({ chosen, found }: { chosen: string; found: string }) =>
      `The algorithm ${chosen} does not fit the file, which holds ${found}.`,
    hint: ({ found }) => `Choose ${found}, or upload a file that was made with the other one.`,
  },
  'experiment.unknownAlgorithm': {
    kind: 'invalid',
    message: ({ id }: { id: string }) => `There is no algorithm "${id}".`,
    hint: () => 'GET /algorithms lists those that are scored natively.',
  },
  'experiment.notReady': {
    kind: 'invalid',
    message: ({ count }: { count: number }) =>
      `The experiment cannot be used yet: ${count === 1 ? 'one thing stands' : `${count} things stand`} against it.`,
    hint: () => 'Each finding says what to do.',
  },
  'experiment.refuted': {
    kind: 'invalid',
    message: ({ rows }: { rows: number }) =>
      `The last proof failed: ${rows === 1 ? 'one row differs' : `${rows} rows differ`} from what was expected.`,
    hint: () => 'Look whether fields are given to the inputs in the order of the training, and prove it again.',
  },
  'experiment.notProven': {
    kind: 'invalid',
    message: () => 'Nothing proves this file: its class is verified by fixtures, the file itself is not.',
    hint: () => 'Bring rows with the predictions that its own library gave.',
  },
  'experiment.nativeParameters': {
    kind: 'invalid',
    message: ({ names }: { names: string }) => `A native class takes no prediction parameters: ${names}.`,
    hint: () => 'Leave them out; an algorithm with code may declare some.',
  },
  'experiment.notAnswered': {
    kind: 'unavailable',
    message: ({ seconds }: { seconds: number }) => `No worker has answered within ${seconds} s.`,
    hint: () => 'Workers are busy, or the work was cancelled: the list of jobs says which. Try again.',
  },
  'experiment.libraryVersion': {
    kind: 'invalid',
    message: ({ made, environment, has }: { made: string; environment: string; has: string; fitting: string }) =>
      `The file was made with ${made}; the environment ${environment} of the code has ${has}.`,
    hint: ({ fitting }: { made: string; environment: string; has: string; fitting: string }) =>
      fitting === ''
        ? 'No environment has that version: an administrator can make one from a Dockerfile, or the code must read the other one.'
        : `Name ${fitting} as the environment of the task, which has that version.`,
  },
  'experiment.parametersText': {
    kind: 'invalid',
    message: () =>
      'The parameters in the address are no object of JSON with names and texts, numbers, true, false or null.',
    hint: () => 'Send ?parameters={"name":value}.',
  },
  'proof.columns': {
    kind: 'invalid',
    message: ({ expected }: { expected: string }) => `The rows have nothing to compare with: none of ${expected}.`,
    hint: () => 'Put the expected predictions beside the fields, in columns of these names.',
  },
  'proof.clash': {
    kind: 'invalid',
    message: ({ names }: { names: string }) =>
      `These are fields of the application and answers of the model: ${names}.`,
    hint: () => 'Call the fields of the application otherwise.',
  },
  'upload.offset': {
    kind: 'conflict',
    message: ({ offset, received }: { offset: number; received: number }) =>
      `The part begins at ${offset}; ${received} bytes have arrived, and the next part begins there.`,
    hint: () => 'GET /file-uploads/{id} says where to go on.',
  },
  'upload.part': {
    kind: 'invalid',
    message: ({ bytes, most }: { bytes: number; most: number }) =>
      `The part has ${bytes} bytes; 1 to ${most} were expected.`,
  },
  'upload.notWhole': {
    kind: 'conflict',
    message: ({ received, bytes }: { received: number; bytes: number }) =>
      `${received} of ${bytes} bytes have arrived.`,
    hint: () => 'Send the other parts first.',
  },
  'upload.changed': {
    kind: 'invalid',
    message: () => 'The file that arrived is not the one that was announced: its SHA-256 is another.',
    hint: () => 'Upload it again from the beginning.',
  },
  'release.notCandidate': {
    kind: 'conflict',
    message: ({ name }: { name: string }) => `The experiment "${name}" is not submitted.`,
    hint: () => 'Submit it as a candidate first.',
  },
  'release.another': {
    kind: 'conflict',
    message: () => 'Another release of this model is being published.',
    hint: () => 'Wait until it has ended.',
  },
  'release.configuration': {
    kind: 'invalid',
    message: () => 'The publish configuration names what the candidate does not have.',
    hint: () => 'Nothing was begun. Choose of what the experiment answers and passes on.',
  },
  'release.codedExplanation': {
    kind: 'unsupported',
    message: () => 'The release is answered by code; only what is scored natively is explained exactly.',
  },
  'release.notPublished': {
    kind: 'conflict',
    message: ({ state }: { state: string }) => `The release is ${state}; that is for published ones.`,
  },
  'release.madeUpRows': {
    kind: 'invalid',
    message: ({ problem }: { problem: string }) =>
      `Rows that were made up for the test run do not suit the model: ${problem}`,
    hint: () => 'Publish it with some of your own rows to test with.',
  },
  'release.testRows': {
    kind: 'invalid',
    message: ({ rows, most }: { rows: number; most: number }) =>
      `The test run has ${rows} rows; the publish configuration allows ${most} a request.`,
    hint: () => 'Bring fewer rows, or allow more.',
  },
  'release.testRun': {
    kind: 'invalid',
    message: ({ rows, answers }: { rows: number; answers: number }) =>
      `The test run gave ${answers} answers for ${rows} rows.`,
    hint: () => 'Nothing was published.',
  },
})
