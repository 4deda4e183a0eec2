import type { Deployment, PredictionRequest } from '@modelsmith/api'

type Inputs = Deployment['inputs']
type Type = Inputs[number]['type']
type Row = Extract<PredictionRequest, { rows: unknown }>['rows'][number]

const values: Readonly<Record<Type, string | number | boolean>> = {
  number: 1,
  integer: 1,
  boolean: true,
  category: 'text',
  text: 'text',
  date: '2026-01-31T00:00:00Z',
}
const datatypes: Readonly<Record<Type, string>> = {
  number: 'FP64',
  integer: 'INT64',
  boolean: 'BOOL',
  category: 'BYTES',
  text: 'BYTES',
  date: 'BYTES',
}

/** A row to ask about, each column with something of its type where nothing better is known. */
export const rowToAsk = (inputs: Inputs, known: Row = {}): Row =>
  Object.fromEntries(inputs.map(({ name, type }) => [name, known[name] ?? values[type]]))

export type SnippetLines = { readonly title: string; readonly code: string }

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
const curl = (address: string, body: object): string =>
  `curl -s ${address} \\\n  -H "Authorization: Bearer $MODELSMITH_TOKEN" \\\n  -H 'Content-Type: application/json' \\\n  -d ${quoted(JSON.stringify(body))}`

/** Python writes what is true, false and missing in words of its own. */
const python = (value: Row[string]): string => {
  if (value === null) return 'None'
  return typeof value === 'boolean' ? (value ? 'True' : 'False') : JSON.stringify(value)
}

/** R has its own words for true, false and missing. */
const r = (value: Row[string]): string => {
  if (value === null) return 'NA'
  return typeof value === 'boolean' ? (value ? 'TRUE' : 'FALSE') : JSON.stringify(value)
}

/** Base R sends no body to an address, so that curl does it. */
const rLines = (address: string, row: Row): string => {
  const cells = Object.entries(row).map(([name, value]) => `${JSON.stringify(name)} = ${r(value)}`)
  return [
    'library(jsonlite)',
    '',
    `rows <- list(list(${cells.join(', ')}))  # or a data.frame`,
    'body <- tempfile(fileext = ".json")',
    'writeLines(toJSON(list(rows = rows), auto_unbox = TRUE, digits = I(17), na = "null"), body, useBytes = TRUE)',
    'token <- Sys.getenv("MODELSMITH_TOKEN")',
    'headers <- c(paste("Authorization: Bearer", token), "Content-Type: application/json")',
    'asked <- c("--silent", "--show-error", "--header", shQuote(headers[1]), "--header", shQuote(headers[2]))',
    `answer <- system2("curl", c(asked, "--data-binary", shQuote(paste0("@", body)), ${JSON.stringify(address)}), stdout = TRUE)`,
    'answer <- fromJSON(paste(answer, collapse = "\n"))',
    'if (is.null(answer$predictions)) stop(answer$detail)',
    'print(answer$predictions)',
  ].join('\n')
}

/** Lines for each client, which ask a deployment about a row as they are. */
export const snippetLines = (
  { id, inputs, address }: Pick<Deployment, 'id' | 'inputs' | 'address'>,
  server: string,
  row: Row,
): readonly SnippetLines[] => {
  const tensors = inputs.map(({ name, type }) => ({ name, shape: [1], datatype: datatypes[type], data: [row[name]] }))
  const cells = Object.entries(row).map(([name, value]) => `${JSON.stringify(name)}: ${python(value)}`)
  return [
    { title: 'curl', code: curl(address, { rows: [row] }) },
    { title: 'Terminal', code: `modelsmith login ${server}\nmodelsmith deployments predict ${id} --file rows.csv` },
    {
      title: 'Python',
      code: `from modelsmith.client import connect\n\nserver = connect(${JSON.stringify(server)})  # reads MODELSMITH_TOKEN\nrows = [{${cells.join(', ')}}]  # or a DataFrame\nprint(server.deployments.get(${JSON.stringify(id)}).predict(rows))`,
    },
    {
      title: 'TypeScript',
      code: `const answer = await fetch(${JSON.stringify(address)}, {\n  method: 'POST',\n  headers: { authorization: \`Bearer \${process.env['MODELSMITH_TOKEN']}\`, 'content-type': 'application/json' },\n  body: JSON.stringify(${JSON.stringify({ rows: [row] })}),\n})\nif (!answer.ok) throw new Error(await answer.text())\nconsole.log(await answer.json())`,
    },
    { title: 'R', code: rLines(address, row) },
    {
      title: 'Open Inference Protocol',
      code: curl(`${new URL(address).origin}/v2/models/${id}/infer`, { inputs: tensors }),
    },
    { title: 'MLflow', code: curl(address.replace(/predictions$/, 'invocations'), { dataframe_records: [row] }) },
  ]
}
