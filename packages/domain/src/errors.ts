import { defineErrors, type Finding, type Place } from '@modelsmith/table'

type Task = { readonly task: string }
type File = { readonly file: string }
type Differing = { readonly rows: number; readonly first: number }
type Broken = { readonly columns: readonly string[]; readonly problem: string }
type Searched = { readonly node: string; readonly parameter: string }
type Expectation = Task & { readonly expected: string; readonly found: string }

export const { rows: domainErrors, error: domainError } = defineErrors({
  'schema.missing': {
    kind: 'invalid',
    message: ({ key }: { key: string }) => `"${key}" is missing.`,
  },
  'schema.unknownKey': {
    kind: 'invalid',
    message: ({ key }: { key: string; known: readonly string[]; near?: string | undefined }) =>
      `"${key}" is not known here.`,
    hint: ({ known, near }: { known: readonly string[]; near?: string | undefined }) =>
      near === undefined ? `Known here: ${known.join(', ')}.` : `Did you mean "${near}"?`,
  },
  'schema.wrong': {
    kind: 'invalid',
    message: ({ what, expected, found }: { what: string; expected: string; found: string }) =>
      `${what} must be ${expected}, found ${found}.`,
  },

  'explanation.besides': {
    kind: 'userCode',
    message: ({ alone, among }: { alone: number; among: number }) =>
      `The model predicts ${alone} for the row by itself and ${among} for the same row among others.`,
    hint: () =>
      'Explanations need a model that predicts each row by itself: a task must not learn from the rows that it is applied to, nor draw at random.',
  },
  'explanation.sum': {
    kind: 'bug',
    message: ({ sum, prediction }: { sum: number; prediction: number }) =>
      `The contributions and the base value sum to ${sum}, where the model predicts ${prediction}; such an explanation is not shown.`,
  },

  'contract.inputTypes': {
    kind: 'invalid',
    message: ({ task, expected, found }: Expectation) => `Task "${task}" takes ${expected}, found ${found}.`,
    hint: () => 'Choose columns of these types, or put a transform before it that gives them.',
  },
  'contract.inputColumns': {
    kind: 'invalid',
    message: ({ task, expected, found }: Expectation) =>
      `Task "${task}" takes a number of columns that is ${expected}, found ${found}.`,
    hint: () => 'Choose other columns for it.',
  },
  'contract.inputMissing': {
    kind: 'invalid',
    message: ({ task }: Task) => `Task "${task}" takes no missing values, and its input has or may have some.`,
    hint: () => 'Put an imputation before it.',
  },
  'contract.inputSparse': {
    kind: 'invalid',
    message: ({ task }: Task) => `Task "${task}" takes no sparse data, and its input is or may be sparse.`,
    hint: () => 'Let the step before it give dense data.',
  },
  'contract.inputDense': {
    kind: 'invalid',
    message: ({ task }: Task) => `Task "${task}" takes sparse data only, and its input is or may be dense.`,
    hint: () => 'Put a step before it that gives sparse data.',
  },
  'contract.outputTypes': {
    kind: 'userCode',
    message: ({ task, expected, found }: Expectation) =>
      `Task "${task}" returned ${found}, its schema promises ${expected}.`,
    hint: () => 'Return these types, or change output_requirements in model-metadata.yaml.',
  },
  'contract.outputColumns': {
    kind: 'userCode',
    message: ({ task, expected, found }: Expectation) =>
      `Task "${task}" returned ${found}, its schema promises a number that is ${expected}.`,
    hint: () => 'Return that many columns, or change number_of_columns in model-metadata.yaml.',
  },
  'contract.outputMissing': {
    kind: 'userCode',
    message: ({ task }: Task) => `Task "${task}" returned missing values, its schema promises none.`,
    hint: () => 'Fill them in the hook, or declare contains_missing: DYNAMIC in output_requirements.',
  },
  'contract.outputSparse': {
    kind: 'userCode',
    message: ({ task }: Task) => `Task "${task}" returned sparse data, its schema promises dense data.`,
    hint: () => 'Return a dense table, or declare sparse: DYNAMIC in output_requirements.',
  },
  'contract.outputDense': {
    kind: 'userCode',
    message: ({ task }: Task) => `Task "${task}" returned dense data, its schema promises sparse data.`,
    hint: () => 'Return a sparse matrix, or declare sparse: DYNAMIC in output_requirements.',
  },

  'contract.rowCount': {
    kind: 'userCode',
    message: ({ task, returned, given }: Task & { returned: number; given: number }) =>
      `Task "${task}" returned ${count(returned, 'row')} for ${count(given, 'row')} of input.`,
    hint: () => 'A hook keeps one row out per row in, in the same order; filter rows before training instead.',
  },
  'contract.predictionColumns': {
    kind: 'userCode',
    message: ({ task, expected, found }: Expectation) => `Task "${task}" must return ${expected}, found ${found}.`,
    hint: () => 'Return one column named Predictions, or one probability column a class, named by class.',
  },
  'contract.predictionType': {
    kind: 'userCode',
    message: ({ task, column, found }: Task & { column: string; found: string }) =>
      `Column "${column}" of the predictions of task "${task}" must be numbers, found ${found}.`,
    hint: () => 'Return probabilities or numbers, not labels.',
  },
  'contract.predictionMissing': {
    kind: 'userCode',
    message: ({ task, column, rows, first }: Task & { column: string; rows: number; first: number }) =>
      `Column "${column}" of the predictions of task "${task}" must be finite numbers, ${count(rows, 'row is', 'rows are')} not (the first is row ${first}).`,
    hint: () => 'Missing or very large values in the input often cause this; fill them before the estimator.',
  },
  'contract.probabilityRange': {
    kind: 'userCode',
    message: ({
      task,
      column,
      rows,
      first,
      found,
    }: Task & { column: string; rows: number; first: number; found: number }) =>
      `Probabilities of task "${task}" must lie between 0 and 1; class "${column}" breaks that in ${count(rows, 'row')} (row ${first} has ${found}).`,
    hint: () => 'Return probabilities, not scores or decision values.',
  },
  'contract.probabilitySum': {
    kind: 'userCode',
    message: ({ task, rows, first, found }: Task & { rows: number; first: number; found: number }) =>
      `Probabilities of task "${task}" must sum to 1 in each row; ${count(rows, 'row does', 'rows do')} not (row ${first} sums to ${found}).`,
    hint: () => 'Divide each row by its sum, or return one column for every class.',
  },

  'contract.scoresChange': {
    kind: 'userCode',
    message: ({ task, rows, first }: Task & Differing) =>
      `Task "${task}" gave ${count(rows, 'row')} other scores when the same rows were scored once more (the first is row ${first}).`,
    hint: () => 'Fix the seed of whatever is random in the scoring hook, and keep nothing from one call to the next.',
  },
  'contract.scoresDepend': {
    kind: 'userCode',
    message: ({ task, rows, first }: Task & Differing) =>
      `Task "${task}" gave ${count(rows, 'row')} other scores when each row was scored alone (the first is row ${first}).`,
    hint: () => 'Learn means, categories and the like in fit: a scoring hook may see one row at a time.',
  },
  'contract.breaksOnMissing': {
    kind: 'userCode',
    message: ({ task, columns, problem }: Task & Broken) =>
      `Task "${task}" does not score rows that lack ${wordsOfColumns(columns)}: ${problem}`,
    hint: () =>
      'Fill missing values in the hook or in a step before; or declare contains_missing FORBIDDEN in the typeSchema.',
  },
  'contract.breaksOnUnseen': {
    kind: 'userCode',
    message: ({ task, columns, problem }: Task & Broken) =>
      `Task "${task}" does not score rows with an unseen category in ${wordsOfColumns(columns)}: ${problem}`,
    hint: () => 'Treat a category that fit did not see as missing or as a category of its own.',
  },

  'contract.parameterUnknown': {
    kind: 'invalid',
    message: ({ name }: { name: string; known: readonly string[] }) => `There is no parameter "${name}".`,
    hint: ({ known }: { known: readonly string[] }) =>
      known.length === 0 ? 'This task declares no parameters.' : `Declared: ${known.join(', ')}.`,
  },
  'contract.predictionParameterUnknown': {
    kind: 'invalid',
    message: ({ name }: { name: string; known: readonly string[] }) => `There is no prediction parameter "${name}".`,
    hint: ({ known }: { known: readonly string[] }) =>
      known.length === 0
        ? 'Nothing can be set where this model is applied: predictionParameters in model-metadata.yaml declares what can.'
        : `Declared: ${known.join(', ')}.`,
  },
  'contract.parameterWrong': {
    kind: 'invalid',
    message: ({ name, expected, found }: { name: string; expected: string; found: string }) =>
      `Parameter "${name}" must be ${expected}, found ${found}.`,
  },

  'yaml.syntax': {
    kind: 'invalid',
    message: ({ file, problem }: File & { problem: string }) => `${file} is not valid YAML: ${problem}`,
    hint: () => 'Indent with spaces, and quote text that contains a colon.',
  },
  'yaml.tooLarge': {
    kind: 'limit',
    message: ({ file, what, limit, found }: File & { what: string; limit: number; found: number }) =>
      `${file} has ${count(found, what)}, at most ${count(limit, what)} are read.`,
  },
  'yaml.more': {
    kind: 'invalid',
    message: ({ file, more }: File & { more: number }) => `${count(more, 'more finding')} in ${file}.`,
  },
  'yaml.tooDeep': {
    kind: 'limit',
    message: ({ file, limit }: File & { limit: number }) => `${file} nests more than ${limit} levels deep.`,
  },
  'yaml.duplicateKey': {
    kind: 'invalid',
    message: ({ key }: { key: string }) => `"${key}" stands here for the second time.`,
    hint: () => 'Keep one of them.',
  },
  'yaml.alias': {
    kind: 'unsupported',
    message: ({ file, text }: File & { text: string }) => `${text} uses YAML's references, which ${file} may not.`,
    hint: () => 'Write the value out where it is needed.',
  },

  'metadata.duplicate': {
    kind: 'invalid',
    message: ({ what, name }: { what: string; name: string }) => `${what} "${name}" is declared twice.`,
    hint: () => 'Keep one of them.',
  },
  'metadata.limits': {
    kind: 'invalid',
    message: ({ name, min, max }: { name: string; min: number; max: number }) =>
      `Parameter "${name}" allows nothing: min is ${min}, max is ${max}.`,
    hint: () => 'min may not be above max.',
  },
  'metadata.default': {
    kind: 'invalid',
    message: ({ name, expected, found }: { name: string; expected: string; found: string }) =>
      `The default of parameter "${name}" must be ${expected}, found ${found}.`,
  },
  'metadata.contradiction': {
    kind: 'invalid',
    message: ({ list, field }: { list: string; field: string }) =>
      `The ${field} rules of ${list} cannot all hold at once.`,
    hint: () => 'All rules of a list must hold; take one of them away.',
  },
  'metadata.targetTypes': {
    kind: 'invalid',
    message: () => 'targetType names transform, split or evaluation beside another type; such a task is nothing else.',
    hint: () => 'Make two tasks.',
  },
  'metadata.noMetrics': {
    kind: 'invalid',
    message: () => 'An evaluation says which numbers it gives; metrics is missing.',
    hint: () => 'Add metrics: a list of {name, higherIsBetter}.',
  },
  'metadata.givenName': {
    kind: 'invalid',
    message: ({ name }: { name: string }) => `The function is given its rows as "${name}"; no parameter has that name.`,
    hint: () => 'Give the parameter another name.',
  },

  'taskFolder.noCode': {
    kind: 'invalid',
    message: ({ found }: { found: string }) => `A task folder needs custom.py or custom.R at its top, found ${found}.`,
    hint: () => 'Name the file with the hooks custom.py (Python) or custom.R (R) and put it at the top of the folder.',
  },
  'taskFolder.twoLanguages': {
    kind: 'invalid',
    message: () => 'A task folder needs exactly one of custom.py and custom.R, found both.',
    hint: () => 'Make two tasks, one a language.',
  },
  'context.noDockerfile': {
    kind: 'invalid',
    message: ({ found }: { found: string }) => `The folder has no Dockerfile at its top, found ${found}.`,
    hint: () => 'Put the file that says how the image is made at the top of the folder, under the name Dockerfile.',
  },
  'context.twoDockerfiles': {
    kind: 'invalid',
    message: ({ found }: { found: string }) => `The folder says twice how its image is made: ${found}.`,
    hint: () => 'Keep one of them, under the name Dockerfile.',
  },
  'context.dockerfileName': {
    kind: 'invalid',
    message: ({ found }: { found: string }) => `The file ${found} must have the name Dockerfile.`,
    hint: () => 'Docker and Podman both find it under that name.',
  },
  'context.dockerfileText': {
    kind: 'invalid',
    message: () => 'The Dockerfile is no text in UTF-8.',
  },
  'context.from': {
    kind: 'invalid',
    message: ({ found }: { found: string }) =>
      `A Dockerfile begins with FROM and the image that it adds to, found ${found}.`,
    hint: () => 'For example: FROM debian:12-slim',
  },
  'taskFolder.path': {
    kind: 'unsafe',
    message: ({ path, problem }: { path: string; problem: string }) => `The path "${path}" ${problem}.`,
    hint: () => 'Use relative paths inside the folder, with forward slashes.',
  },
  'taskFolder.tooLarge': {
    kind: 'limit',
    message: ({ what, limit, found }: { what: string; limit: string; found: string }) =>
      `${what}: ${found}, at most ${limit} may be uploaded.`,
    hint: () => 'Leave data, virtual environments and caches out of the folder.',
  },
  'taskFolder.encoding': {
    kind: 'invalid',
    message: ({ path }: { path: string }) => `${path} is not UTF-8 text.`,
    hint: () => 'Save it as UTF-8, without NUL bytes.',
  },
  'taskFolder.wrapped': {
    kind: 'invalid',
    message: ({ folder }: { folder: string }) =>
      `All files lie in one folder "${folder}"; its content was taken as the task.`,
  },
  'taskFolder.ignored': {
    kind: 'invalid',
    message: ({ files, examples }: { files: number; examples: readonly string[] }) =>
      `${count(files, 'file')} of caches and tools left out, such as ${examples.join(', ')}.`,
  },
  'taskFolder.noMetadata': {
    kind: 'invalid',
    message: () => 'model-metadata.yaml is missing, so it is not known what the task is for.',
    hint: () => 'Add model-metadata.yaml with at least name and targetType.',
  },
  'taskFolder.noTargetType': {
    kind: 'invalid',
    message: () => 'model-metadata.yaml does not say the targetType of the task.',
    hint: () => 'Add targetType: binary, multiclass, regression, anomaly, transform, split or evaluation.',
  },
  'taskFolder.functionLanguage': {
    kind: 'unsupported',
    message: ({ type }: { type: string }) => `A function of the type ${type} is written in Python.`,
    hint: () => 'Write it in custom.py.',
  },
  'taskFolder.unpinned': {
    kind: 'invalid',
    message: ({ names }: { names: readonly string[] }) => `requirements.txt names no version of ${names.join(', ')}.`,
    hint: ({ names }: { names: readonly string[] }) =>
      `Write ${names[0]}==<version>, so that the environment can be made again.`,
  },
  'taskFolder.requirement': {
    kind: 'invalid',
    message: ({ line, expected, problem }: { line: string; expected: string; problem: string | undefined }) =>
      `"${line}" in requirements.txt ${problem ?? `must be ${expected}`}.`,
    hint: () => 'Python: one requirement a line, such as scipy==1.15.3. R: one package name a line, no version.',
  },
  'taskFolder.environment': {
    kind: 'invalid',
    message: ({ name }: { name: string; known: readonly string[] }) => `There is no environment "${name}".`,
    hint: ({ known }: { known: readonly string[] }) => thereAre(known),
  },
  'taskFolder.otherLanguage': {
    kind: 'unsupported',
    message: ({ task, environment, runs }: Task & { environment: string; runs: string; known: readonly string[] }) =>
      `The task is written in ${task}; the environment ${environment} runs ${runs}.`,
    hint: ({ known }: { known: readonly string[] }) =>
      `Name another environment in model-metadata.yaml. ${thereAre(known)}`,
  },
  'taskFolder.notInstalled': {
    kind: 'invalid',
    message: ({ text, environment }: { text: string; environment: string; language: 'python' | 'r' }) =>
      `requirements.txt asks for ${text}; the environment ${environment} does not have it.`,
    hint: ({ language }: { language: 'python' | 'r' }) =>
      language === 'python'
        ? 'Do without it, or put its Python files into the task folder. The system page lists what there is.'
        : 'Do without it, or let an administrator install it for the system’s R. The system page lists what there is.',
  },
  'taskFolder.otherVersion': {
    kind: 'invalid',
    message: ({ text, environment, found }: { text: string; environment: string; found: string }) =>
      `requirements.txt asks for ${text}; the environment ${environment} has ${found}, and that is used.`,
    hint: () => 'Try the task with this version, and write it down in requirements.txt.',
  },

  'blueprint.noNodes': {
    kind: 'invalid',
    message: () => 'The blueprint has no tasks.',
    hint: () => 'Add an estimator that fits the target.',
  },
  'blueprint.duplicateNode': {
    kind: 'invalid',
    message: ({ node }: { node: string }) => `Two nodes have the id "${node}".`,
    hint: () => 'Give one of them another id.',
  },
  'blueprint.unknownNode': {
    kind: 'invalid',
    message: ({ node, input }: { node: string; input: string }) =>
      `Node "${node}" reads from "${input}", which is not in the blueprint.`,
    hint: () => 'Connect it to another node or to the data.',
  },
  'blueprint.cycle': {
    kind: 'invalid',
    message: ({ nodes }: { nodes: readonly string[] }) =>
      `The nodes ${nodes.map((node) => `"${node}"`).join(' → ')} → "${nodes[0]}" form a cycle.`,
    hint: () => 'Remove one of these connections.',
  },
  'blueprint.unknownTask': {
    kind: 'notFound',
    message: ({ node, taskVersion }: { node: string; taskVersion: string }) =>
      `Node "${node}" uses the task version "${taskVersion}", which does not exist or is not shared with you.`,
    hint: () => 'Replace it with a task from the palette.',
  },
  'blueprint.noEstimator': {
    kind: 'invalid',
    message: () => 'The blueprint has no final estimator: every node is read by another or is a transform.',
    hint: () => 'End the blueprint with an estimator that fits the target.',
  },
  'blueprint.severalEstimators': {
    kind: 'invalid',
    message: ({ nodes }: { nodes: readonly string[] }) =>
      `The blueprint ends in more than one estimator: ${nodes.map((node) => `"${node}"`).join(', ')}.`,
    hint: () => 'Keep one, or let a last estimator read the others.',
  },
  'blueprint.wrongTarget': {
    kind: 'invalid',
    message: ({ task, types, target }: Task & { types: readonly string[]; target: string }) =>
      `Task "${task}" is for ${types.join(', ')}, the target is ${target}.`,
    hint: ({ target }: { target: string }) => `Choose an estimator for ${target}.`,
  },
  'blueprint.function': {
    kind: 'invalid',
    message: ({ task, types }: Task & { types: readonly string[] }) =>
      `Task "${task}" is a function (${types.join(', ')}), and stands in no blueprint.`,
    hint: () => 'Choose it where rows are split, or where the models of a project are evaluated.',
  },
  'blueprint.unread': {
    kind: 'invalid',
    message: ({ node }: { node: string }) => `Nothing reads the output of node "${node}".`,
    hint: () => 'Connect it to the estimator, or remove it.',
  },
  'blueprint.unknownColumn': {
    kind: 'invalid',
    message: ({ node, column }: { node: string; column: string; near?: string | undefined }) =>
      `Node "${node}" selects column "${column}", which is not a feature of the project.`,
    hint: ({ near }: { near?: string | undefined }) =>
      near === undefined ? 'Choose another column.' : `Did you mean "${near}"?`,
  },
  'blueprint.noColumns': {
    kind: 'invalid',
    message: ({ node, selection }: { node: string; selection: string }) =>
      `No column of the data enters node "${node}": it selects ${selection}.`,
    hint: () => 'Select other columns, or remove the node.',
  },
  'blueprint.unusedColumns': {
    kind: 'invalid',
    message: ({ columns }: { columns: readonly string[] }) =>
      columns.length === 1
        ? `Column "${columns[0]}" enters no task.`
        : `${columns.length} columns enter no task: ${columns.slice(0, 5).join(', ')}${columns.length > 5 ? ', …' : ''}.`,
    hint: () => 'Add a task for their data type if they should count.',
  },

  'search.unknownNode': {
    kind: 'invalid',
    message: ({ node }: { node: string; known: readonly string[] }) => `The blueprint has no node "${node}" to search.`,
    hint: ({ known }: { node: string; known: readonly string[] }) => `Its nodes: ${listOf(known)}.`,
  },
  'search.unknownParameter': {
    kind: 'invalid',
    message: ({ node, parameter }: Searched & { known: readonly string[]; near: string | undefined }) =>
      `The task of node "${node}" has no hyperparameter "${parameter}".`,
    hint: ({ known, near }: Searched & { known: readonly string[]; near: string | undefined }) =>
      near === undefined ? `It has ${listOf(known)}.` : `Did you mean "${near}"?`,
  },
  'search.twice': {
    kind: 'invalid',
    message: ({ node, parameter }: Searched) => `"${parameter}" of node "${node}" is searched twice.`,
    hint: () => 'Say once what may be tried.',
  },
  'search.notNumbers': {
    kind: 'invalid',
    message: ({ node, parameter, expected }: Searched & { expected: string }) =>
      `"${parameter}" of node "${node}" has no range: it is ${expected}.`,
    hint: () => 'List the values to try.',
  },
  'search.range': {
    kind: 'invalid',
    message: ({ node, parameter, low, high }: Searched & { low: number; high: number }) =>
      `The range of "${parameter}" of node "${node}" is empty: from ${low} to ${high}.`,
    hint: () => 'low is below high; a value that does not change belongs into the blueprint.',
  },
  'search.log': {
    kind: 'invalid',
    message: ({ node, parameter, low }: Searched & { low: number }) =>
      `The range of "${parameter}" of node "${node}" is logarithmic and begins at ${low}.`,
    hint: () => 'Begin above 0, or leave log out.',
  },
  'search.outside': {
    kind: 'invalid',
    message: ({ node, parameter, value, expected }: Searched & { value: string; expected: string }) =>
      `"${parameter}" of node "${node}" cannot be ${value}: it is ${expected}.`,
  },
  'search.values': {
    kind: 'invalid',
    message: ({ node, parameter, different, most }: Searched & { different: number; most: number }) =>
      `The values of "${parameter}" of node "${node}" must be 2 to ${most} different ones, found ${different}.`,
    hint: () => 'Name each value once; one that does not change belongs into the blueprint.',
  },
  'search.dimensions': {
    kind: 'invalid',
    message: ({ count, most }: { count: number; most: number }) =>
      `A search changes at most ${most} parameters, found ${count}.`,
    hint: () => 'Begin with those that matter most.',
  },
  'search.empty': {
    kind: 'invalid',
    message: () => 'Nothing is searched.',
    hint: () => 'Name at least one parameter with its range or its values.',
  },
  'search.noParameters': {
    kind: 'invalid',
    message: ({ tasks }: { tasks: readonly string[] }) =>
      `No task of the blueprint has hyperparameters: ${listOf(tasks)}.`,
    hint: () => 'Declare hyperparameters in model-metadata.yaml, or search another blueprint.',
  },
  'search.noBudget': {
    kind: 'invalid',
    message: () => 'The search has no end.',
    hint: () => 'Give trials, minutes or both.',
  },
  'search.trials': {
    kind: 'invalid',
    message: ({ trials, most }: { trials: number; most: number }) =>
      `A search has 1 to ${most} trials, found ${trials}.`,
  },
  'search.minutes': {
    kind: 'invalid',
    message: ({ minutes, most }: { minutes: number; most: number }) =>
      `A search takes more than 0 and at most ${most} minutes, found ${minutes}.`,
  },

  'project.targetMissing': {
    kind: 'invalid',
    message: ({ target }: { target: string }) => `The target "${target}" has no values.`,
    hint: () => 'Choose a column that has values.',
  },
  'project.targetConstant': {
    kind: 'invalid',
    message: ({ target, value }: { target: string; value: string | undefined }) =>
      `The target "${target}" has one value only${value === undefined ? '' : `: "${value}"`}.`,
    hint: () => 'Choose a column with at least two values; there is nothing to learn from one.',
  },
  'project.targetPartlyMissing': {
    kind: 'invalid',
    message: ({ target, missing, rows }: { target: string; missing: number; rows: number }) =>
      `The target "${target}" is missing in ${count(missing, 'row')} of ${rows.toLocaleString('en')}; they are left out.`,
  },
  'project.targetType': {
    kind: 'invalid',
    message: ({ target, type, expected }: { target: string; type: string; expected: string }) =>
      `The target "${target}" is ${type}, ${expected}.`,
    hint: () => 'Choose another target, or change the type of the column in its dataset.',
  },
  'project.anomalyLabels': {
    kind: 'invalid',
    message: ({ column, type }: { column: string; type: string }) =>
      `The column "${column}" is ${type}; labels of anomalies have two distinct values, one of them for anomalies.`,
    hint: () => 'Choose a column with two values, or none: anomalies are found without labels.',
  },
  'project.positiveClass': {
    kind: 'invalid',
    message: ({ target, found, classes }: { target: string; found: string; classes: readonly string[] }) =>
      `The target "${target}" has no value "${found}"; it has ${classes.map((name) => `"${name}"`).join(' and ')}.`,
    hint: () => 'Choose one of its values as the positive class.',
  },
  'project.notStratified': {
    kind: 'invalid',
    message: ({ targetType }: { targetType: string }) =>
      `Stratified partitioning needs classes, the target type is ${targetType}.`,
    hint: () => 'Choose random partitioning.',
  },
  'project.functionFolds': {
    kind: 'invalid',
    message: ({
      folds,
      fewest,
      most,
      hasTraining,
    }: {
      folds: number
      fewest: number
      most: number
      hasTraining: boolean
    }) =>
      `The function makes ${count(folds, 'fold')}; ${fewest} to ${most} are possible${hasTraining ? '' : ', or one beside rows that are only trained on'}.`,
    hint: () => 'Rows of different folds have different numbers.',
  },
  'project.functionClasses': {
    kind: 'invalid',
    message: ({ fold, classes }: { fold: number; classes: readonly string[] }) =>
      `What is fitted for fold ${fold} of the function would see no row of the class ${classes
        .slice(0, 5)
        .map((label) => `"${label}"`)
        .join(', ')}${classes.length > 5 ? ` and ${classes.length - 5} more` : ''}.`,
    hint: () => 'Each class needs rows in two folds, or among those that are only trained on.',
  },
  'project.rareClass': {
    kind: 'invalid',
    message: ({ rows, folds }: { rows: number; folds: number }) =>
      `The rarest class has ${count(rows, 'row')}, so it will be missing in some of the ${folds} folds.`,
    hint: () => 'Choose fewer folds, or bring more rows of that class.',
  },
  'project.tooFewRows': {
    kind: 'invalid',
    message: ({ rows, folds }: { rows: number; folds: number }) =>
      `${count(rows, 'row')} cannot be cut into ${folds} folds.`,
    hint: () => 'Choose fewer folds or a smaller holdout, or bring more rows.',
  },
  'project.tooFewGroups': {
    kind: 'invalid',
    message: ({ groups, parts }: { groups: number; parts: number }) =>
      `${count(groups, 'group')} cannot be dealt to ${parts} parts without splitting one.`,
    hint: () => 'Choose fewer folds or no holdout, or another column for the groups.',
  },
  'project.tooFewMoments': {
    kind: 'invalid',
    message: ({ parts, filled }: { parts: number; filled: number }) =>
      `Too many rows are of one moment: of ${parts} parts in time, only ${filled} would have rows.`,
    hint: () => 'Choose fewer folds, or a column that tells moments apart more finely.',
  },
  'project.oneFold': {
    kind: 'invalid',
    message: ({ method }: { method: string }) => `Partitions of the method ${method} have at least 2 folds, found 1.`,
    hint: () => 'Choose 2 folds or more; one is enough only where rows are cut by time.',
  },
  'project.partitionColumn': {
    kind: 'invalid',
    message: ({ method }: { method: string }) => `Partitions of the method ${method} need a column.`,
    hint: () => 'Name it as partitioning.column.',
  },
  'project.partitionTarget': {
    kind: 'invalid',
    message: ({ column }: { column: string }) => `Rows cannot be split by "${column}": it is the target.`,
    hint: () => 'Choose another column, or the method stratified.',
  },
  'project.partitionType': {
    kind: 'invalid',
    message: ({ column, type }: { column: string; type: string }) =>
      `Rows cannot be put in the order of "${column}": it is of type ${type}, expected a date or a number.`,
    hint: () => 'Change the type of the column in the dataset, or choose another.',
  },
  'project.partitionMissing': {
    kind: 'invalid',
    message: ({ column, rows }: { column: string; rows: number }) =>
      `${count(rows, 'row has', 'rows have')} no value in "${column}", so that nobody knows to which part ${rows === 1 ? 'it belongs' : 'they belong'}.`,
    hint: () => 'Fill them in the dataset, or choose another column.',
  },
  'project.unknownPart': {
    kind: 'invalid',
    message: ({ column, value }: { column: string; value: string; values: readonly string[] }) =>
      `No row has the value "${value}" in "${column}".`,
    hint: ({ values }: { values: readonly string[] }) => thereAre(values.slice(0, 20)),
  },
  'project.partTwice': {
    kind: 'invalid',
    message: ({ value }: { value: string }) => `The value "${value}" names both the holdout and the training rows.`,
    hint: () => 'A row is of one part.',
  },
  'project.namedFolds': {
    kind: 'invalid',
    message: ({ column, folds, fewest, most }: { column: string; folds: number; fewest: number; most: number }) =>
      `The values of "${column}" name ${count(folds, 'fold')}, expected ${fewest} to ${most}.`,
    hint: () =>
      'Beside those for the holdout and for rows that are only trained on, every value is a fold; with the latter one fold is enough.',
  },
  'project.weightType': {
    kind: 'invalid',
    message: ({ column, type }: { column: string; type: string }) =>
      `"${column}" cannot hold row weights: it is of type ${type}, expected numbers.`,
    hint: () => 'Choose another column, or change its type in the dataset.',
  },
  'project.weightTarget': {
    kind: 'invalid',
    message: ({ column }: { column: string }) => `"${column}" is the target and cannot hold the row weights too.`,
  },
  'project.weightFeature': {
    kind: 'invalid',
    message: ({ column }: { column: string }) => `"${column}" holds the row weights and cannot be a feature too.`,
    hint: () => 'Leave it out of the features: weights are not known when a row is scored.',
  },
  'project.weightMissing': {
    kind: 'invalid',
    message: ({ column, rows }: { column: string; rows: number }) =>
      `${count(rows, 'row has', 'rows have')} no weight in "${column}".`,
    hint: () => 'Give every row that has a target a weight; 0 leaves it out.',
  },
  'project.weightNegative': {
    kind: 'invalid',
    message: ({ column, rows }: { column: string; rows: number }) =>
      `${count(rows, 'row has', 'rows have')} a negative weight in "${column}".`,
    hint: () => 'Weights are 0 or more.',
  },
  'project.weightInfinite': {
    kind: 'invalid',
    message: ({ column, rows }: { column: string; rows: number }) =>
      `${count(rows, 'row has', 'rows have')} a weight in "${column}" that is no finite number.`,
    hint: () => 'Weights are finite numbers, 0 or more.',
  },
  'project.weightZero': {
    kind: 'invalid',
    message: ({ column }: { column: string }) => `Every weight in "${column}" is 0.`,
    hint: () => 'At least one row has a weight above 0.',
  },
  'project.downsampleTarget': {
    kind: 'invalid',
    message: ({ targetType }: { targetType: string }) => `Rows of a target of type ${targetType} are not downsampled.`,
    hint: () => 'Downsampling takes from the largest class, or from the zeros of a number.',
  },
  'project.downsampleZeros': {
    kind: 'invalid',
    message: ({ zeros, rows }: { zeros: number; rows: number }) =>
      `Only ${count(zeros, 'row')} of ${rows.toLocaleString('en')} ${zeros === 1 ? 'is' : 'are'} 0.`,
    hint: () => 'The zeros of a number are downsampled when they are more than half of the rows.',
  },
  'project.downsampleTooFew': {
    kind: 'invalid',
    message: ({ label, left, next }: { label: string; left: number; next: number }) =>
      `Of "${label}" only ${count(left, 'row')} would be left, fewer than the ${next.toLocaleString('en')} of the rest that it is reduced to match.`,
    hint: () => 'Keep a larger share.',
  },
  'algorithm.noFeature': {
    kind: 'invalid',
    message: () => 'None of the inputs is a feature.',
    hint: () => 'Give the role feature to what the algorithm reads in a prediction.',
  },
  'algorithm.inputType': {
    kind: 'invalid',
    message: ({ input, type, kind }: { input: string; type: string; kind: string }) =>
      `The input "${input}" is declared as ${type}; the file takes ${kind} there.`,
    hint: () => 'Declare the features in the order of the training, with types that the file takes.',
  },
  'algorithm.inputMissing': {
    kind: 'invalid',
    message: ({ input }: { input: string }) =>
      `The algorithm declares the input "${input}"; the file takes no such column.`,
    hint: () => 'Declare the columns of the training only, by their names where the file keeps names.',
  },
  'algorithm.furtherInputs': {
    kind: 'invalid',
    message: ({ further, most }: { further: number; most: number }) =>
      `The file takes ${further} ${further === 1 ? 'input' : 'inputs'} beyond those that the algorithm declares; ${most === 0 ? 'none' : `at most ${most}`} may be added.`,
    hint: () => 'Declare them, or let the algorithm have a variable input with room for them.',
  },
  'algorithm.output': {
    kind: 'invalid',
    message: ({ output, answers }: { output: string; answers: readonly string[] }) =>
      `The algorithm declares the output "${output}"; the file answers ${answers.slice(0, 8).join(', ')}${answers.length > 8 ? ', …' : ''}.`,
    hint: () => 'Call the outputs as the file answers them.',
  },
  'application.furtherInputs': {
    kind: 'invalid',
    message: ({ further, fewerThan }: { further: number; fewerThan: number }) =>
      `${further} inputs were added; the algorithm takes fewer than ${fewerThan}.`,
    hint: () => 'Leave out what the algorithm does not need.',
  },
  'sampleSet.noRole': {
    kind: 'invalid',
    message: ({ role }: { role: string }) => `No field has the role ${role}.`,
    hint: () => 'A sample set has one label and at least one feature.',
  },
  'sampleSet.roleTwice': {
    kind: 'invalid',
    message: ({ role }: { role: string }) => `Two fields have the role ${role}.`,
    hint: () => 'Only features are several.',
  },
  'sampleSet.fieldTwice': {
    kind: 'invalid',
    message: ({ name }: { name: string }) => `The field "${name}" is listed twice.`,
    hint: () => 'A field has one role.',
  },
  'sampleSet.noColumn': {
    kind: 'invalid',
    message: ({ name, datasets }: { name: string; datasets: number }) =>
      `${datasets === 1 ? 'One dataset has' : `${datasets} datasets have`} no column "${name}".`,
    hint: () => 'Every field is a column of every dataset.',
  },
  'sampleSet.types': {
    kind: 'invalid',
    message: ({ name, types }: { name: string; types: readonly string[] }) =>
      `Columns of the field "${name}" are of different types: ${types.join(', ')}.`,
    hint: () => 'Change the type of the column in one of the datasets.',
  },
  'sampleSet.valueTwice': {
    kind: 'invalid',
    message: ({ value }: { value: string }) => `The value "${value}" is given to two labels.`,
    hint: () => 'A value means one label.',
  },
  'sampleSet.labelTwice': {
    kind: 'invalid',
    message: ({ label }: { label: string }) => `The label "${label}" is listed twice.`,
    hint: () => 'List all values of a label together.',
  },
  'sampleSet.oneLabel': {
    kind: 'invalid',
    message: ({ label }: { label: string }) => `There is one label only, "${label}".`,
    hint: () => 'Nothing can be told from nothing else: map values to two labels or more, or map none.',
  },
  'signature.fieldNeeded': {
    kind: 'conflict',
    message: ({ name }: { name: string }) => `It needs the field "${name}" too.`,
  },
  'signature.fieldGone': {
    kind: 'conflict',
    message: ({ name }: { name: string }) => `It knows no field "${name}".`,
  },
  'signature.fieldType': {
    kind: 'conflict',
    message: ({ name, before, after }: { name: string; before: string; after: string }) =>
      `It takes "${name}" as ${after} in place of ${before}.`,
  },
  'signature.targetType': {
    kind: 'conflict',
    message: ({ before, after }: { before: string; after: string }) => `It answers ${after} in place of ${before}.`,
  },
  'signature.target': {
    kind: 'conflict',
    message: ({ before, after }: { before: string; after: string }) =>
      `It predicts "${after}" in place of "${before}".`,
  },
  'signature.classes': {
    kind: 'conflict',
    message: ({ before, after }: { before: readonly string[]; after: readonly string[] }) =>
      `It tells other classes apart: ${listOf(after)} in place of ${listOf(before)}.`,
  },
  'signature.parameterGone': {
    kind: 'conflict',
    message: ({ name }: { name: string }) => `It knows no prediction parameter "${name}".`,
  },
  'signature.probabilities': { kind: 'conflict', message: () => 'It answers no probabilities.' },
  'signature.outputs': {
    kind: 'conflict',
    message: ({ outputs }: { outputs: readonly string[] }) => `Of its outputs it answers only ${outputs.join(', ')}.`,
  },
  'signature.rowsPerRequest': {
    kind: 'conflict',
    message: ({ before, after }: { before: number; after: number }) =>
      `It takes ${after} rows in a request in place of ${before}.`,
  },
  'publish.noOutputs': {
    kind: 'invalid',
    message: () => 'The model has one answer to a row; there are no outputs to choose of.',
    hint: () => 'Leave the outputs out. Whether classes come with probabilities is a choice of its own.',
  },
  'publish.unknownOutput': {
    kind: 'invalid',
    message: ({ name }: { name: string; known: readonly string[] }) => `The model has no output "${name}".`,
    hint: ({ known }: { known: readonly string[] }) =>
      `It has ${known.slice(0, 8).join(', ')}${known.length > 8 ? ', …' : ''}.`,
  },
  'publish.unknownField': {
    kind: 'invalid',
    message: ({ field }: { field: string }) => `The experiment passes no field "${field}" on.`,
    hint: () => 'Fields are passed on that the experiment names; a submitted one changes no more.',
  },
  'application.noInput': {
    kind: 'invalid',
    message: ({ input }: { input: string }) => `The input "${input}" of the algorithm is missing.`,
    hint: () => 'List every input, also those without a field yet.',
  },
  'application.unknownInput': {
    kind: 'invalid',
    message: ({ input }: { input: string }) => `The algorithm has no input "${input}".`,
    hint: () => 'It takes no further inputs; a field that is only to be handed on belongs to those passed through.',
  },
  'application.inputTwice': {
    kind: 'invalid',
    message: ({ input }: { input: string }) => `The input "${input}" is listed twice.`,
  },
  'application.noField': {
    kind: 'invalid',
    message: ({ input }: { input: string }) => `The input "${input}" has no field of the application.`,
    hint: () => 'Name the field that it comes from, or bring a header, a dataset or rows to take the names from.',
  },
  'application.noFields': {
    kind: 'invalid',
    message: () => 'The algorithm takes any fields, and none is named.',
    hint: () => 'Name the fields that the application sends.',
  },
  'application.fieldTwice': {
    kind: 'invalid',
    message: ({ field, one, other }: { field: string; one: string; other: string }) =>
      `The field "${field}" is given to "${one}" and to "${other}".`,
    hint: () => 'Each input has a field of its own.',
  },
  'application.type': {
    kind: 'invalid',
    message: ({
      input,
      field,
      kind,
      type,
    }: {
      input: string
      field: string
      kind: string
      type: string
      fitting: string
    }) =>
      `The input "${input}" takes ${kind === 'any' ? 'a number or text' : `a ${kind}`}; the field "${field}" is of type ${type}.`,
    hint: ({ fitting }: { fitting: string }) => `Types that fit: ${fitting}.`,
  },
  'application.default': {
    kind: 'invalid',
    message: ({ input, type }: { input: string; type: string }) =>
      `What stands for missing values of the input "${input}" is not of type ${type}.`,
  },
  'application.passThroughTwice': {
    kind: 'invalid',
    message: ({ field }: { field: string }) => `The field "${field}" is passed through twice.`,
  },
  'application.passThroughType': {
    kind: 'invalid',
    message: ({ field, type, other }: { field: string; type: string; other: string }) =>
      `The field "${field}" is passed through as ${type} and read as ${other}.`,
    hint: () => 'A field has one type.',
  },
})

type Code = Parameters<typeof domainError>[0]
type ValuesOf<C extends Code> = Parameters<typeof domainError<C>>[1]

/** A finding in the words of the error table. */
export const finding = <C extends Code>(
  code: C,
  values: ValuesOf<C>,
  { place, severity }: { readonly place?: Place; readonly severity?: 'warning' } = {},
): Finding => {
  const { message, hint } = domainError(code, values)
  return {
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(place === undefined ? {} : { place }),
    ...(severity === undefined ? {} : { severity }),
  }
}

export const isError = ({ severity }: Finding): boolean => severity !== 'warning'

function thereAre(things: readonly string[]): string {
  return `There ${things.length === 1 ? 'is' : 'are'}: ${things.join(', ')}.`
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`
}

function wordsOfColumns(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => `"${name}"`)
  const more = names.length - shown.length
  return more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${more} more columns`
}

function listOf(names: readonly string[]): string {
  return names.length === 0 ? 'none' : `${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`
}
