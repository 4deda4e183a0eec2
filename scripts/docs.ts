import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cliErrors } from '../packages/cli/src/errors.ts'
import { domainErrors } from '../packages/domain/src/errors.ts'
import { engineErrors } from '../packages/engine/src/errors.ts'
import { queryErrors } from '../packages/query/src/errors.ts'
import { runnerErrors } from '../packages/runner/src/errors.ts'
import { scoringErrors } from '../packages/scoring/src/errors.ts'
import { serverErrors } from '../packages/server/src/errors.ts'
import { servingErrors } from '../packages/serving/src/errors.ts'
import { tableErrors } from '../packages/table/src/table-errors.ts'
import { apiReference } from './docs/api.ts'
import { commandReference } from './docs/commands.ts'
import { environmentReference } from './docs/environments.ts'
import { errorReference } from './docs/errors.ts'
import { libraryReference } from './docs/library.ts'
import { nativeModels } from './docs/native-models.ts'
import { rightsReference } from './docs/rights.ts'
import { metadataSchema, taskContract } from './docs/task-contract.ts'
import { taskMessages } from './docs/task-messages.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const errors = {
  ...tableErrors,
  ...scoringErrors,
  ...domainErrors,
  ...queryErrors,
  ...runnerErrors,
  ...engineErrors,
  ...servingErrors,
  ...serverErrors,
  ...cliErrors,
}

/** The pages of the reference that are made from the code. */
export const generatedPages = async (): Promise<readonly { readonly path: string; readonly text: string }[]> => [
  { path: 'docs/reference/errors.md', text: errorReference(errors) },
  { path: 'docs/reference/api.md', text: apiReference() },
  { path: 'docs/reference/commands.md', text: await commandReference() },
  { path: 'docs/reference/rights.md', text: rightsReference() },
  { path: 'docs/reference/environments.md', text: await environmentReference() },
  { path: 'docs/reference/library.md', text: await libraryReference() },
  { path: 'docs/reference/task-contract.md', text: taskContract() },
  { path: 'docs/reference/task-messages.md', text: taskMessages(join(root, 'conformance/contract/cases')) },
  { path: 'docs/reference/model-metadata.schema.json', text: metadataSchema() },
  {
    path: 'docs/reference/native-models.md',
    text: nativeModels(join(root, 'fixtures'), join(root, 'conformance/spark-versions/proven.tsv')),
  },
]

if (import.meta.main) {
  for (const { path, text } of await generatedPages()) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
    process.stdout.write(`${path}\n`)
  }
}
