import type { ModelRow } from './store.ts'

type About = {
  readonly name: string
  readonly row: Pick<ModelRow, 'id' | 'manifest' | 'files' | 'fold_files' | 'retrained_from' | 'target'>
  readonly folds: boolean
  /** The file with the lock of an environment, by the name that nodes give it. */
  readonly lockOf: ReadonlyMap<string, string>
}

type Node = ModelRow['manifest']['nodes'][number]

const cell = (text: string): string => text.replace(/\s+/g, ' ').replaceAll('|', '\\|')

/** What lies in the archive of a model, and how one uses it without the server. */
export const readMe = ({ name, row, folds, lockOf }: About): string => {
  const { manifest, files } = row
  const rows = row.retrained_from === null ? 'all training rows' : 'all rows, those of the holdout too'
  const target = row.target === null ? '' : ` of \`${cell(row.target)}\``
  const last = manifest.nodes.at(-1)
  return [
    `# ${cell(name)}`,
    '',
    `A trained model of Modelsmith (${row.id}): ${manifest.targetType}${target}.`,
    '',
    '| path | what |',
    '| --- | --- |',
    '| `model.json` | the nodes in their order, and the columns with the types that a prediction needs |',
    '| `blueprint.yaml` | the blueprint, as `modelsmith blueprints import` takes it |',
    `| \`artifacts/NODE/\` | what the task of a node wrote when it was fitted on ${rows} |`,
    '| `code/NODE/` | its code |',
    '| `environments/` | what its environment has: for pip, or of R the packages and their versions |',
    ...(folds
      ? [
          '| `folds/N/artifacts/NODE/` | what it wrote when it was fitted without fold N, which that fit then predicted |',
        ]
      : []),
    '',
    '| node | task | lock |',
    '| --- | --- | --- |',
    ...manifest.nodes.map(
      ({ id, task, environment }) => `| \`${cell(id)}\` | ${cell(task)} | ${lockWords(lockOf.get(environment))} |`,
    ),
    '',
    '## Score rows',
    '',
    'The command of Modelsmith needs no server; it installs the environments by itself:',
    '',
    '    modelsmith score --code-dir . --input rows.csv --output predictions.csv',
    '    modelsmith serve --code-dir .',
    '',
    ...(folds ? ['The model of fold N answers where `folds/N/artifacts` stands in place of `artifacts`.', ''] : []),
    ...(last === undefined ? [] : ['## Load one artifact', '', ...loading(last, files, lockOf.get(last.environment))]),
  ].join('\n')
}

const lockWords = (lock: string | undefined): string =>
  lock === undefined ? 'none: the model was trained before locks were kept with it' : `\`${lock}\``

const loading = (
  { id, code, artifacts }: Node,
  files: ModelRow['files'],
  lock: string | undefined,
): readonly string[] => {
  const has = (path: string): boolean => files.some((file) => file.path === path)
  if (has(`${code}/custom.R`))
    return [
      `In R, with the packages of the lock, such as the artifact of the node \`${id}\`:`,
      '',
      `    source(${JSON.stringify(`${code}/custom.R`)})`,
      `    model <- load_model(${JSON.stringify(artifacts)})`,
      '',
      'Where its code defines no `load_model`, `readRDS` reads its one `.rds`.',
      '',
    ]
  const install =
    lock === undefined
      ? []
      : ['    python3 -m venv environment', `    environment/bin/pip install --require-hashes --no-deps -r ${lock}`, '']
  const python = has(`${artifacts}/task.pkl`)
    ? [
        '    import pickle, sys',
        `    sys.path.insert(0, ${JSON.stringify(code)})`,
        `    with open(${JSON.stringify(`${artifacts}/task.pkl`)}, "rb") as file:`,
        '        task = pickle.load(file)',
      ]
    : [
        '    import sys',
        `    sys.path.insert(0, ${JSON.stringify(code)})`,
        '    import custom',
        `    model = custom.load_model(${JSON.stringify(artifacts)})`,
        '',
        'Where its code defines no `load_model`, the one pickle, joblib, PyTorch or Keras file is loaded by its library.',
      ]
  return [
    'In Python, in the version that the first lines of the lock name. What is loaded runs code: load what you trust.',
    '',
    ...install,
    ...python,
    '',
  ]
}
