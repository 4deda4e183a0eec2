import { defineErrors } from '@modelsmith/table'

const at = (offset: number): string => `at byte ${offset.toLocaleString('en')}`
const count = (number: number, one: string): string => `${number.toLocaleString('en')} ${one}${number === 1 ? '' : 's'}`

const packPlainFiles = (): string => 'Pack the folder again; names are relative paths of plain files.'

/**
 * Four kinds are kept apart: *invalid* is damaged or no model file at all, *unsupported* is sound but cannot be scored
 * natively, *unsafe* could do harm where it is loaded, *limit* asks for more than one file may.
 */
export const { rows: scoringErrors, error: scoringError } = defineErrors({
  'modelFile.empty': { kind: 'invalid', message: () => 'The file is empty.' },
  'modelFile.format': {
    kind: 'invalid',
    message: ({ found }: { found: string }) => `This is not a model file: it is ${found}.`,
    hint: () =>
      'Give a pickle, a joblib file, a zip of the folder that Spark or MLflow saved, or the own file of LightGBM or XGBoost.',
  },
  'modelFile.limit': {
    kind: 'limit',
    message: ({ what, found, limit, offset }: LimitValues) =>
      `The file has ${what}${found === undefined ? '' : ` ${found.toLocaleString('en')}`}${offset === undefined ? '' : ` ${at(offset)}`}; the limit is ${limit.toLocaleString('en')}.`,
    hint: () => 'If the file is what it should be, save a smaller model or raise the limit.',
  },
  'modelFile.size': {
    kind: 'limit',
    message: ({ found, limit }: { found: number; limit: number }) =>
      `The file has ${count(found, 'byte')}; the limit is ${limit.toLocaleString('en')}.`,
    hint: () => 'Save a smaller model or raise the limit.',
  },
  'modelFile.notNative': {
    kind: 'unsupported',
    message: ({ format }: { format: string }) => `${format} cannot be scored natively.`,
  },

  'compression.invalid': {
    kind: 'invalid',
    message: ({ format, reason, offset }: { format: string; reason: string; offset: number }) =>
      `The ${format} data is damaged ${at(offset)}: ${reason}.`,
  },
  'compression.unsupported': {
    kind: 'unsupported',
    message: ({ format, feature }: { format: string; feature: string }) =>
      `${format} data with ${feature} is not read.`,
    hint: () => 'Save the model again with another compression.',
  },

  'zip.invalid': {
    kind: 'invalid',
    message: ({ reason }: { reason: string }) => `The zip archive is damaged: ${reason}.`,
  },
  'zip.truncated': {
    kind: 'invalid',
    message: ({ reason }: { reason: string }) => `The zip archive is cut short: ${reason}.`,
    hint: () => 'Copy the file again.',
  },
  'zip.unsupported': {
    kind: 'unsupported',
    message: ({ feature }: { feature: string }) => `The zip archive has ${feature}, which is not read.`,
    hint: () => 'Pack the folder again with an ordinary zip program.',
  },
  'zip.encrypted': {
    kind: 'unsupported',
    message: ({ entry }: { entry: string }) => `The zip entry "${entry}" is encrypted.`,
    hint: () => 'Pack the folder again without a password.',
  },
  'zip.traversal': {
    kind: 'unsafe',
    message: ({ entry }: { entry: string }) => `The zip entry "${entry}" has a name that leads out of the archive.`,
    hint: packPlainFiles,
  },
  'zip.absolutePath': {
    kind: 'unsafe',
    message: ({ entry }: { entry: string }) => `The zip entry "${entry}" has an absolute path for a name.`,
    hint: packPlainFiles,
  },
  'zip.name': {
    kind: 'unsafe',
    message: ({ entry, reason }: { entry: string; reason: string }) => `The zip entry "${entry}" ${reason}.`,
    hint: packPlainFiles,
  },
  'zip.link': {
    kind: 'unsafe',
    message: ({ entry }: { entry: string }) => `The zip entry "${entry}" is a link, a pipe or a device.`,
    hint: packPlainFiles,
  },
  'zip.duplicate': {
    kind: 'unsafe',
    message: ({ entry }: { entry: string }) => `The zip entry "${entry}" is there twice.`,
    hint: packPlainFiles,
  },
  'zip.fileAndFolder': {
    kind: 'unsafe',
    message: ({ entry }: { entry: string }) => `The zip entry "${entry}" is both a file and a folder.`,
    hint: packPlainFiles,
  },
  'zip.overlap': {
    kind: 'limit',
    message: ({ entry, other }: { entry: string; other: string }) =>
      `The zip entries "${other}" and "${entry}" share their data.`,
    hint: packPlainFiles,
  },
  'zip.bomb': {
    kind: 'limit',
    message: ({ found, packed, limit }: { found: number; packed: number; limit: number }) =>
      `The zip archive of ${count(packed, 'byte')} would unpack to ${count(found, 'byte')}; the limit for one of its size is ${limit.toLocaleString('en')}.`,
    hint: () => 'If the file is what it should be, save a smaller model or raise the limit.',
  },
  'zip.entries': {
    kind: 'limit',
    message: ({ found, limit }: { found: number; limit: number }) =>
      `The zip archive has ${found.toLocaleString('en')} entries; the limit is ${limit.toLocaleString('en')}.`,
    hint: () => 'Pack only the folder that save() wrote.',
  },

  'pickle.invalid': {
    kind: 'invalid',
    message: ({ offset, reason }: { offset: number; reason: string }) =>
      `The pickle is damaged ${at(offset)}: ${reason}.`,
  },
  'pickle.trailing': {
    kind: 'invalid',
    message: ({ offset, bytes, what }: { offset: number; bytes: number; what: string }) =>
      `The pickle ends ${at(offset)}, but ${count(bytes, 'byte')} follow: ${what}.`,
    hint: () => 'A model file holds one pickle. Save the model again by itself.',
  },
  'pickle.unsafe': {
    kind: 'unsafe',
    message: ({ findings }: { findings: number }) =>
      `Loading this file could run code: ${findings === 1 ? 'one reference is' : `${findings} references are`} dangerous.`,
    hint: () => 'Do not load it anywhere. Find out where it came from.',
  },
  'pickle.unsupported': {
    kind: 'unsupported',
    message: ({ names }: { names: readonly string[] }) =>
      `The file needs what cannot be read natively: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}.`,
    hint: () => 'It can be scored in a Python environment that has these packages.',
  },
  'pickle.finding': {
    kind: 'unsafe',
    message: ({ offset, name, why }: { offset: number; name: string; why: string }) => `${name} ${at(offset)}: ${why}.`,
  },

  'numpy.invalid': {
    kind: 'invalid',
    message: ({ offset, reason }: { offset: number; reason: string }) =>
      `The array ${at(offset)} is not sound: ${reason}.`,
  },
  'numpy.unsupported': {
    kind: 'unsupported',
    message: ({ offset, feature }: { offset: number; feature: string }) =>
      `The array ${at(offset)} has ${feature}, which is not read.`,
  },

  'mlflow.invalid': {
    kind: 'invalid',
    message: ({ reason }: { reason: string }) => `The MLmodel file of the MLflow model is not sound: ${reason}.`,
    hint: () => 'Pack the whole folder that MLflow saved.',
  },
  'mlflow.flavor': {
    kind: 'unsupported',
    message: ({ flavors }: { flavors: readonly string[] }) =>
      `The MLflow model has no flavour that is read natively; it has ${flavors.join(', ') || 'none'}.`,
    hint: () => 'Save it with the flavour sklearn (pickle or cloudpickle), lightgbm, xgboost or spark.',
  },

  'spark.missing': {
    kind: 'invalid',
    message: ({ path }: { path: string }) => `The saved Spark model has no ${path}.`,
    hint: () => 'Pack the whole folder that save() wrote.',
  },
  'spark.several': {
    kind: 'unsupported',
    message: () => 'The archive holds several saved Spark models side by side.',
    hint: () => 'Pack one model, or save them as one pipeline.',
  },
  'spark.metadata': {
    kind: 'invalid',
    message: ({ path, reason }: { path: string; reason: string }) =>
      `${path} of the Spark model is damaged: ${reason}.`,
  },
  'spark.parquet': {
    kind: 'invalid',
    message: ({ path, reason }: { path: string; reason: string }) => `The Parquet file ${path} is damaged: ${reason}.`,
  },
  'spark.checksum': {
    kind: 'invalid',
    message: ({ path, reason }: { path: string; reason: string }) =>
      `${path} does not match the checksums that Spark saved beside it: ${reason}.`,
    hint: () => 'Copy the folder again from where it was saved; the .crc files may be left out, but not edited.',
  },
  'spark.codec': {
    kind: 'unsupported',
    message: ({ codec }: { codec: string }) => `Parquet files packed with ${codec} are not read.`,
    hint: () => 'Save the model with spark.sql.parquet.compression.codec set to snappy, zstd, gzip, lz4 or none.',
  },
  'parquet.invalid': {
    kind: 'invalid',
    message: ({ reason }: { reason: string }) => `This is not a valid Parquet file: ${reason}.`,
    hint: () => 'Write it again, such as with DataFrame.to_parquet of pandas.',
  },
  'parquet.column': {
    kind: 'unsupported',
    message: ({ column, type }: { column: string; type: string }) =>
      `Column "${column}" of the Parquet file is ${type}, which no model takes.`,
    hint: () => 'Leave it out, or write its parts as columns of numbers, texts, booleans or dates.',
  },
  'parquet.limit': {
    kind: 'limit',
    message: ({ what, limit }: { what: string; limit: number }) =>
      `The Parquet file has too many ${what}; the limit is ${limit.toLocaleString('en')}.`,
    hint: () => 'Send fewer rows at a time.',
  },
  'spark.value': {
    kind: 'invalid',
    message: ({ path, what, expected }: SavedValues) =>
      `${what} of ${path} is not what it should be; expected ${expected}.`,
  },
  'spark.column': {
    kind: 'invalid',
    message: ({ path, what, expected }: SavedValues) =>
      `The data of ${path} are not those of its class: in ${what} expected ${expected}.`,
    hint: () => 'The metadata name another class than the one that wrote the data. Save the model again.',
  },
  'spark.mismatch': {
    kind: 'invalid',
    message: ({ path, what, expected }: SavedValues) =>
      `${what} of ${path} does not fit what else is saved; expected ${expected}.`,
    hint: () => 'Metadata and data are of different models, or were edited. Save the model again.',
  },
  'spark.stage': {
    kind: 'invalid',
    message: ({ path }: { path: string }) => `The saved pipeline has no stage ${path}.`,
    hint: () => 'Pack the whole folder that save() wrote.',
  },
  'spark.extraStage': {
    kind: 'invalid',
    message: ({ path, found, expected }: { path: string; found: number; expected: number }) =>
      `${path} holds ${count(found, 'folder')}, but the pipeline has ${count(expected, 'stage')}.`,
    hint: () => 'Pack only the folder that save() wrote.',
  },
  'spark.cycle': {
    kind: 'invalid',
    message: ({ path, what, below }: { path: string; what: string; below: string }) =>
      `${path} goes round in a circle: ${what} lies below ${below}.`,
  },

  'model.none': {
    kind: 'unsupported',
    message: ({ found }: { found: string }) => `The file holds no fitted model: it is ${found}.`,
    hint: () => 'Save the fitted estimator or pipeline itself.',
  },
  'model.several': {
    kind: 'unsupported',
    message: ({ found }: { found: readonly string[] }) => `The file holds ${found.length} models: ${found.join(', ')}.`,
    hint: () => 'Save each by itself.',
  },
  'model.class': {
    kind: 'unsupported',
    message: ({ name, why }: { name: string; why: string }) => `${name} cannot be scored natively: ${why}.`,
  },
  'model.notFitted': {
    kind: 'unsupported',
    message: ({ name, attribute }: { name: string; attribute: string }) =>
      `${name} was never fitted: it has no ${attribute}.`,
    hint: () => 'Fit the model, then save it.',
  },
  'model.attribute': {
    kind: 'invalid',
    message: ({ name, attribute, expected, found }: AttributeValues) =>
      `${attribute} of ${name} is ${found}; expected ${expected}.`,
  },
  'model.cycle': {
    kind: 'invalid',
    message: ({ name, offset }: { name: string; offset: number }) => `The ${name} ${at(offset)} holds itself.`,
  },
  'model.parameter': {
    kind: 'unsupported',
    message: ({ name, parameter, value }: { name: string; parameter: string; value: string }) =>
      `${name} with ${parameter} = ${value} cannot be scored natively.`,
  },
  'model.tree': {
    kind: 'invalid',
    message: ({ name, node, reason }: { name: string; node: number; reason: string }) =>
      `A tree of ${name} is not sound at node ${node}: ${reason}.`,
  },
  'explain.kind': {
    kind: 'unsupported',
    message: ({ name }: { name: string }) => `Predictions of ${name} are not explained exactly.`,
    hint: () => 'Exact explanations are for linear models and for trees: single ones, forests and boosted ones.',
  },
  'explain.cover': {
    kind: 'unsupported',
    message: ({ name }: { name: string }) =>
      `The trees of ${name} do not say how many training rows came through their nodes.`,
    hint: () => 'Save the model with its counts or weights of leaves.',
  },
  'explain.depth': {
    kind: 'limit',
    message: ({ name, limit }: { name: string; limit: number }) =>
      `A tree of ${name} is deeper than ${limit} levels, which explanations do not go.`,
  },
  'explain.means': {
    kind: 'invalid',
    message: ({ name, expected, found }: { name: string; expected: number; found: number }) =>
      `The background of ${name} needs ${expected} finite means, one for each column; there are ${found}.`,
    hint: () => 'Give background rows without missing values: what a feature is worth is measured from their means.',
  },
  'explain.sum': {
    kind: 'bug',
    message: ({ name, row, sum, score }: { name: string; row: number; sum: number; score: number }) =>
      `Base value and contributions of row ${row} sum to ${sum}, where ${name} gives ${score}; such an explanation is not shown.`,
  },
  'model.method': {
    kind: 'unsupported',
    message: ({ name, method, why }: { name: string; method: string; why: string }) =>
      `${name} has no ${method}: ${why}.`,
  },
  'model.input': {
    kind: 'unsupported',
    message: ({ name, reason }: { name: string; reason: string }) =>
      `What rows ${name} takes cannot be told from its file: ${reason}.`,
    hint: () => 'Save a pipeline with the steps that make its input.',
  },
  'blueprint.notNative': {
    kind: 'unsupported',
    message: ({ count }: { count: number }) =>
      `The blueprint cannot be scored natively: ${count === 1 ? 'a node of it is' : `${count} nodes of it are`} not read.`,
    hint: () => 'It is scored by the code of its tasks, as any blueprint is.',
  },
  'blueprint.ownTask': {
    kind: 'unsupported',
    message: ({ node }: { node: string }) => `The task of node "${node}" is not of the library.`,
  },
  'blueprint.columns': {
    kind: 'unsupported',
    message: ({ node, title, columns }: { node: string; title: string; columns: string }) =>
      `Node "${node}" (${title}) takes its columns as ${columns}, which nothing native does.`,
  },
  'blueprint.mixed': {
    kind: 'unsupported',
    message: ({ node, name }: { node: string; name: string }) =>
      `Node "${node}" (${name}) makes columns of several inputs, or in a way of which the parts are not known: what each input contributed cannot be told from them.`,
    hint: () => 'It is explained by asking the model about rows.',
  },
  'blueprint.notFinite': {
    kind: 'invalid',
    message: ({ node }: { node: string }) => `Node "${node}" gives no finite number for these values.`,
  },
  'model.pack': {
    kind: 'bug',
    message: ({ found }: { found: string }) => `A neutral model is plain data; this one holds a ${found}.`,
  },
  'model.packVersion': {
    kind: 'unsupported',
    message: ({ found, known }: { found: number; known: number }) =>
      `The packed model is of version ${found}; this scorer reads version ${known}.`,
    hint: () => 'Export the model again.',
  },
  'input.row': {
    kind: 'invalid',
    message: ({ row, found }: { row: number; found: string }) =>
      `Row ${row} is a ${found}; expected an object with a value for each column, or a list in their order.`,
  },
  'input.rowWidth': {
    kind: 'invalid',
    message: ({ row, found, expected }: { row: number; found: number; expected: number }) =>
      `Row ${row} has ${count(found, 'value')}; the model takes ${count(expected, 'column')}.`,
  },

  'booster.invalid': {
    kind: 'invalid',
    message: ({ format, reason }: { format: string; reason: string }) => `The ${format} model is damaged: ${reason}.`,
    hint: () => 'Save the model again.',
  },

  'input.kind': {
    kind: 'invalid',
    message: ({ model, expected, found }: { model: string; expected: string; found: string }) =>
      `${model} takes ${expected}, not ${found}.`,
  },
  'input.width': {
    kind: 'invalid',
    message: ({ model, expected, found }: { model: string; expected: number; found: number }) =>
      `${model} was fitted on ${count(expected, 'feature')}; the rows have ${found.toLocaleString('en')}.`,
  },
  'input.notFinite': {
    kind: 'invalid',
    message: ({ model, row, column, value }: { model: string; row: number; column: number; value: string }) =>
      `${model} does not take ${value}: row ${row}, feature ${column}.`,
    hint: () => 'Fill or leave out missing and infinite values before, as in training.',
  },
  'input.outside': {
    kind: 'invalid',
    message: ({
      model,
      row,
      value,
      low,
      high,
    }: {
      model: string
      row: number
      value: number
      low: number
      high: number
    }) => `${model} takes values from ${low} to ${high}; row ${row} has ${value}.`,
    hint: () => 'Fit it with out_of_bounds="clip" to take what lies outside as the nearest end.',
  },
  'input.text': {
    kind: 'invalid',
    message: ({ model, column, value }: { model: string; column: string; value: string }) =>
      `${model} takes numbers; column "${column}" holds "${value}".`,
  },
  'input.categoryNumber': {
    kind: 'invalid',
    message: ({ model, row, column, value, known }: CategoryValues) =>
      `${model} knows the categories 0 to ${known - 1} of feature ${column}; row ${row} has ${value}.`,
  },
  'input.noNeighbors': {
    kind: 'invalid',
    message: ({ model, row, radius }: { model: string; row: number; radius: number }) =>
      `${model} finds no training row within ${radius} of row ${row}.`,
    hint: () => 'Fit it with a larger radius or a label for outliers, or leave the row out.',
  },
  'input.domain': {
    kind: 'invalid',
    message: ({ model, row, column, expected, value }: DomainValues) =>
      `${model} takes ${expected}, not ${value}: row ${row}, feature ${column}.`,
  },
  'input.category': {
    kind: 'invalid',
    message: ({ model, column, value }: { model: string; column: string; value: string }) =>
      `${model} was not fitted on the category ${value} in column "${column}".`,
    hint: () => 'Fit the encoder with handle_unknown="ignore", or leave such rows out.',
  },
  'input.label': {
    kind: 'invalid',
    message: ({ model, column, value }: { model: string; column: string; value: string }) =>
      `${model} does not know ${value} in column "${column}".`,
    hint: () => 'Fit it with handleInvalid="keep" or "skip", or leave such rows out.',
  },
  'input.column': {
    kind: 'invalid',
    message: ({ model, column }: { model: string; column: string }) =>
      `${model} needs the column "${column}", which the rows do not have.`,
  },
  'input.result': {
    kind: 'invalid',
    message: ({ model, operation, reason }: { model: string; operation: string; reason: string }) =>
      `${model} has no result for ${operation}: ${reason}.`,
    hint: () => 'Leave such rows out, or change the statement.',
  },
  'input.missing': {
    kind: 'invalid',
    message: ({ model, row, column }: { model: string; row: number; column: string }) =>
      `${model} does not take missing values here: row ${row}, column "${column}".`,
    hint: () => 'Fill or leave out missing values before, as in training.',
  },
  'input.size': {
    kind: 'limit',
    message: ({ model, cells, limit }: { model: string; cells: number; limit: number }) =>
      `${model} would make a dense table of ${cells.toLocaleString('en')} cells of these rows; the limit is ${limit.toLocaleString('en')}.`,
    hint: () => 'Send fewer rows at a time.',
  },
})

type SavedValues = { path: string; what: string; expected: string }
type LimitValues = { what: string; found?: number | undefined; limit: number; offset?: number | undefined }
type CategoryValues = { model: string; row: number; column: number; value: number; known: number }
type DomainValues = { model: string; row: number; column: number | string; expected: string; value: number }
type AttributeValues = { name: string; attribute: string; expected: string; found: string }
