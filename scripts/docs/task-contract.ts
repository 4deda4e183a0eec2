import { domainErrors, InputRule, OutputRule, TaskMetadata } from '@modelsmith/domain'
import type { ErrorRow } from '@modelsmith/table'

/** The keywords of JSON Schema that the schemas of the contract use. */
type Schema = {
  readonly type?: string
  readonly description?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}

/** `model-metadata.yaml` for editors that complete and check YAML by a JSON Schema. */
export const metadataSchema = (): string =>
  `${JSON.stringify(
    {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'model-metadata.yaml',
      ...(JSON.parse(JSON.stringify(TaskMetadata)) as object),
    },
    null,
    2,
  )}\n`

const wordsOf = (schema: Schema): string => {
  if (schema.const !== undefined) return `\`${String(schema.const)}\``
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ')
  if (schema.anyOf !== undefined) {
    const [one, list] = schema.anyOf
    return list?.type === 'array' && one !== undefined ? `${wordsOf(one)}; one or a list` : 'one of several forms'
  }
  if (schema.type === 'array') return 'list'
  if (schema.type === 'object')
    return Object.keys(schema.properties ?? {})
      .map((key) => `\`${key}\``)
      .join(', ')
  return schema.type === 'integer' ? 'whole number' : (schema.type ?? '')
}

const row = (...cells: readonly string[]): string =>
  `| ${cells.map((each) => each.replaceAll('|', '\\|')).join(' | ')} |`

const metadataTable = (): string => {
  const { properties = {}, required = [] } = TaskMetadata as unknown as Schema
  return [
    row('key', 'value', 'what'),
    row('---', '---', '---'),
    ...Object.entries(properties).map(([key, schema]) =>
      row(`\`${key}\`${required.includes(key) ? ' (needed)' : ''}`, wordsOf(schema), schema.description ?? ''),
    ),
  ].join('\n')
}

const ruleTable = (): string => {
  const rules = (schema: Schema): Map<string, Schema> =>
    new Map((schema.anyOf ?? []).map((rule) => [String(rule.properties?.['field']?.const), rule]))
  const [input, output] = [rules(InputRule as Schema), rules(OutputRule as Schema)]
  const value = (rule: Schema | undefined) => wordsOf(rule?.properties?.['value'] ?? {})
  return [
    row('field', 'conditions', 'values of `input_requirements`', 'values of `output_requirements`'),
    row('---', '---', '---', '---'),
    ...Array.from(input, ([field, rule]) =>
      row(
        `\`${field}\``,
        wordsOf(rule.properties?.['condition'] ?? {}),
        value(rule),
        value(output.get(field)) === value(rule) ? 'the same' : value(output.get(field)),
      ),
    ),
  ].join('\n')
}

const errorList = (): string =>
  Object.keys(domainErrors as Readonly<Record<string, ErrorRow<never>>>)
    .filter((code) => /^(?:contract|metadata|yaml|taskFolder|requirements)\./.test(code))
    .sort()
    .map((code) => `[${code}](errors.md#${code.toLowerCase().replaceAll('.', '')})`)
    .join(', ')

/** What a task folder is, for whoever writes one. */
export const taskContract = (): string => `# The task contract

What a task folder holds, what its hooks receive and must return, and what is checked. The tables are made from the code by
\`npm run docs\`. \`modelsmith new task NAME\` writes a folder that keeps all of it, \`modelsmith check --code-dir NAME\` tries it.

## The folder

| file | needed | what |
| --- | --- | --- |
| \`custom.py\` or \`custom.R\` | exactly one, at the top | the hooks |
| \`model-metadata.yaml\` | for an upload | name, target type, parameters, what columns it takes and gives |
| \`requirements.txt\` | no | Python: one requirement a line; R: one package name a line |
| anything else, with folders | no | helper modules, dictionaries, weights; the hooks can import and read them |

## The hooks

Functions of the module, or in Python methods of its one class that has them (\`self\` then keeps what \`fit\` learned, and the platform saves it).

| hook | receives | must |
| --- | --- | --- |
| \`init(code_dir)\` | the folder of the code, before all else | return nothing |
| \`fit(X, y, output_dir, class_order, row_weights, parameters, **kwargs)\` | a DataFrame (R: data.frame), the target, an empty folder, \`[negative, positive]\` for binary, weights where the project has them, the hyperparameters | write at least one artifact to \`output_dir\`. What does not apply is \`None\` (R: \`NULL\`); what the function does not name is not passed. Pictures, HTML, CSV, text and JSON there are shown on the model's page |
| \`load_model(code_dir)\` | the folder with code and artifacts | return the fitted object; needed unless there is exactly one artifact of a known format |
| \`predict(data, model, **kwargs)\` | rows without the target | one numeric column \`Predictions\`: regression, anomaly |
| \`predict_proba(data, model, **kwargs)\` | the same | a column for each class, named by it; each row sums to 1: binary, multiclass |
| \`score(data, model, **kwargs)\` | the same | in place of both; the only form in R |
| \`transform(X, transformer, **kwargs)\` | a DataFrame | as many rows, in the same order: transforms |

Without a scoring hook an artifact with the usual interface (\`predict\`, \`predict_proba\`, \`transform\`; R's \`predict\`) is asked itself.

A transform may return a sparse matrix (SciPy's; R: Matrix') or a frame of nothing but sparse columns. A task that reads it and does not forbid sparse
data gets a frame of sparse columns (R: a \`dgCMatrix\`), when all of its columns are sparse; any other gets it dense. No zero of it is ever written down.

A scoring hook that names \`parameters\` receives the values of \`predictionParameters\`, defaults where nothing is set; \`None\` (R: \`NULL\`) where
the metadata declares none. They are set with \`modelsmith score --parameter name=value\`, or in a request: \`{"rows": […], "parameters": {"name": value}}\`,
with tables \`?parameters={"name":value}\` in the address, \`params\` at \`/invocations\`, \`parameters\` of the Open Inference Protocol. A value reaches every task
of a model that declares its name.

## Languages

Python 3.6 to 3.13, and R from 4.0 on. \`conformance/runner\` runs the same cases in both: all of them in the oldest and the newest Python that the machine
has, a few in those between (\`MODELSMITH_TEST_PYTHON=PATH npx vitest run --project conformance conformance/runner -t "python in full"\`: all of them in one).
They hold with Python 3.6 (NumPy 1.19, pandas 1.1, scikit-learn 0.24), 3.7 (pandas 0.25 and 1.3), 3.8 (pandas 1.1 and 2.0), 3.9, 3.10 (pandas 2.3), 3.11, 3.12 and 3.13 (pandas 2 and 3).

## model-metadata.yaml

${metadataTable()}

[model-metadata.schema.json](model-metadata.schema.json) is the same for editors: most complete and check YAML by it.

All rules of a list must hold; every one that does not is reported at once, while a blueprint is drawn, on the data, and on what a hook
returned.

${ruleTable()}

## What \`fit\` and \`check\` prove

In one run, by the engine that trains on the server: the metadata; the input against its rules; \`fit\`, once on part of the rows to measure it on
the others and once on all; the artifacts; that a fresh session loads them and scores the input as the contract asks. In that same session:

- the same rows once more give the same scores; up to 50 of them, one by one, do too (else a warning with the rows);
- a missing value in each column, one column at a time, does not break it (an error where the metadata says that missing values are
  supported, else a warning with the columns);
- an unseen category in each category column does not break it (a warning).

What can be wrong: ${errorList()}.
`
