import { defineErrors } from '@modelsmith/table'

export const { rows: modelErrors, error: modelError } = defineErrors({
  'model.holdoutLocked': {
    kind: 'forbidden',
    message: () => 'The holdout of this project is locked.',
    hint: () => 'Unlock it on the page of the project; that cannot be undone.',
  },
  'model.holdoutLearned': {
    kind: 'notFound',
    message: () => 'This model has learned from the rows of the holdout: nothing that it says of them measures it.',
    hint: () => 'Look at its cross validation, or at the holdout of the model that it was trained once more from.',
  },
  'model.holdoutRows': {
    kind: 'forbidden',
    message: ({ rows }: { rows: readonly number[] }) =>
      `These rows are in the holdout, which is locked: ${rows.join(', ')}.`,
    hint: () => 'Choose rows of the validation, or unlock the holdout on the page of the project.',
  },
  'model.noArtifact': {
    kind: 'notFound',
    message: ({ node, path, fold }: { node: string; path: string; fold?: number | undefined }) =>
      `Node "${node}" has no artifact "${path}"${fold === undefined ? '' : ` of fold ${fold}`}.`,
  },
  'model.noInsight': {
    kind: 'notFound',
    message: ({ path, form }: { path: string; form: string }) => `"${path}" is no ${form} that is shown.`,
    hint: () => 'Pictures (PNG, JPEG, GIF, SVG) and HTML are rendered; CSV, text, Markdown and JSON are read as text.',
  },
  'model.largeInsight': {
    kind: 'limit',
    message: ({ path, bytes, most }: { path: string; bytes: number; most: number }) =>
      `"${path}" has ${bytes.toLocaleString('en')} bytes; at most ${most.toLocaleString('en')} are shown on a page.`,
    hint: () => 'Download it with the artifacts, or have the task write a smaller one.',
  },
  'model.noFolds': {
    kind: 'notFound',
    message: () => 'Nothing is kept of what the fits of the folds of this model wrote: it was trained before that was.',
    hint: () => 'Take the archive without them, or train its blueprint again.',
  },
  'model.noScorer': {
    kind: 'notFound',
    message: () => 'This model has no portable scorer: it was not tried yet, is not read natively, or is too large.',
    hint: () => 'Its page says which, once a row of it was explained.',
  },
  'model.sensitive': {
    kind: 'forbidden',
    message: ({ columns }: { columns: readonly string[] }) =>
      `What the tasks of this model wrote may tell values of sensitive columns: ${columns.map((name) => `"${name}"`).join(', ')}.`,
    hint: () => 'Those who may edit the dataset download it.',
  },
  'model.noFile': {
    kind: 'invalid',
    message: ({ count }: { count: number }) => `The upload has ${count} files; exactly one CSV file was expected.`,
  },
  'model.noRows': {
    kind: 'invalid',
    message: () => 'The file has a header and no rows.',
    hint: () => 'Send at least one row below the header.',
  },
  'model.noSuchRow': {
    kind: 'invalid',
    message: ({ rows, most }: { rows: readonly number[]; most: number }) =>
      `The project has no rows ${rows.join(', ')}; its last is row ${most}.`,
    hint: () => 'Rows are counted from 0, as in the out-of-fold predictions.',
  },
  'model.tooMuchToExplain': {
    kind: 'limit',
    message: ({
      rows,
      features,
      background,
      pairs,
      asked,
      outputs,
      limit,
    }: Readonly<Record<'rows' | 'features' | 'background' | 'pairs' | 'asked' | 'outputs' | 'limit', number>>) =>
      `To explain ${rows} rows by ${features.toLocaleString('en')} features, a background of ${background} rows and ${pairs} pairs of orders, the model would be asked ${asked.toLocaleString('en')} rows with ${outputs.toLocaleString('en')} outputs each; the limit is ${limit.toLocaleString('en')} rows.`,
    hint: () => 'Lower "background" or "pairs", or explain fewer rows at a time.',
  },
  'model.parameterText': {
    kind: 'invalid',
    message: () => 'The field "parameters" is no object of JSON with names and texts, numbers, true, false or null.',
    hint: () => 'Send it as {"name": value, …}.',
  },
  'model.noneToExplain': {
    kind: 'invalid',
    message: ({ part }: { part: string }) => `The project has no rows in its ${part}.`,
    hint: () => 'Choose rows by their numbers, or give values.',
  },
  'model.noTruth': {
    kind: 'invalid',
    message: () => 'No anomaly score is farther from the truth than another: there is no right score of a row.',
    hint: () => 'Explain the rows with the highest scores.',
  },
  'model.passThrough': {
    kind: 'invalid',
    message: ({ names }: { names: string }) => `These columns to pass through are not in the file: ${names}.`,
  },
})
