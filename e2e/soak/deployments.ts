import type { Client } from '@modelsmith/api'
import { deployRelease, publishFile } from '../support/hosted.ts'

/** Each row is its own number in a version that adds nothing. */
const rows = 64
/** What a version of a model adds to every row: more than all rows are apart, so that no row of one is a row of another. */
const moreOf = (version: number): number => version * 1000

/** A tree of LightGBM that has a leaf for each row. */
const treeOf = (version: number): string => {
  const inner = Array.from({ length: rows - 1 }, (_, at) => at)
  const list = (of: (at: number) => number) => inner.map(of).join(' ')
  return [
    'tree',
    'version=v4',
    'num_class=1',
    'num_tree_per_iteration=1',
    'label_index=0',
    'max_feature_idx=0',
    'objective=regression',
    'feature_names=x',
    `feature_infos=[0:${rows - 1}]`,
    '',
    'Tree=0',
    `num_leaves=${rows}`,
    'num_cat=0',
    `split_feature=${list(() => 0)}`,
    `split_gain=${list(() => 1)}`,
    `threshold=${list((at) => at + 0.5)}`,
    `decision_type=${list(() => 2)}`,
    `left_child=${list((at) => -1 - at)}`,
    `right_child=${list((at) => (at === rows - 2 ? -rows : at + 1))}`,
    `leaf_value=${Array.from({ length: rows }, (_, at) => at + moreOf(version)).join(' ')}`,
    `leaf_count=${Array.from({ length: rows }, () => 1).join(' ')}`,
    `internal_count=${list((at) => rows - at)}`,
    'shrinkage=1',
    '',
    'end of trees',
    '',
  ].join('\n')
}

/** Reads the tree's first leaf, the worth of row 0, and adds it to every row. */
const custom = `
import os, re
import pandas

def load_model(code_dir):
    with open(os.path.join(code_dir, "model.txt")) as file:
        return float(re.search(r"leaf_value=(\\S+)", file.read()).group(1))

def score(data, model):
    return pandas.DataFrame({"Predictions": data["x"] + model})
`

/** A model with versions, a deployment of the first, and which release is worth how much. */
export type Soaked = {
  readonly name: string
  readonly deployment: string
  readonly versions: readonly string[]
  readonly more: ReadonlyMap<string, number>
}

const soaked = async (client: Client, name: string, versions: number, algorithm?: string): Promise<Soaked> => {
  const { id } = await client.call('createRegisteredModel', { body: { name } })
  const more = new Map<string, number>()
  for (let version = 1; version <= versions; version++) {
    const bytes = new TextEncoder().encode(treeOf(version))
    const file = { name: 'model.txt', bytes, fields: ['x'], row: { x: 1 } }
    const release = await publishFile(client, id, algorithm === undefined ? file : { ...file, algorithm })
    more.set(release, moreOf(version))
  }
  const [first = ''] = more.keys()
  return { name, deployment: await deployRelease(client, name, first), versions: [...more.keys()], more }
}

/** One deployment that is scored natively, and one whose answers are given by code in a session. */
export const deploySoaked = async (client: Client): Promise<readonly [native: Soaked, coded: Soaked]> => {
  const native = await soaked(client, 'Native', 3)
  await client.call('changeOrganisationSettings', { body: { runModelFiles: true } })
  const metadata = 'name: Adds\ntargetType: regression\ntype: inference\nenvironment: python-core\n'
  const files = [
    { name: 'model-metadata.yaml', data: new Blob([metadata]) },
    { name: 'custom.py', data: new Blob([custom]) },
  ]
  const { task } = await client.upload('uploadTask', { files })
  const algorithm = await client.call('createCustomAlgorithm', {
    body: {
      name: 'Adds',
      taskVersionId: task.latest.id,
      definition: {
        inputs: [{ name: 'x', type: 'number', role: 'feature' }],
        variableInput: null,
        outputs: [{ name: 'prediction', type: 'number' }],
        trainingParameters: [],
        predictionParameters: [],
      },
    },
  })
  return [native, await soaked(client, 'Coded', 2, algorithm.id)]
}

/** Bodies of one row and of several, with what each row is worth by itself. */
export const requests = (): { bodies: string[]; worth: number[][] } => {
  const worth = Array.from({ length: rows }, (_, first) =>
    Array.from({ length: 1 + (first % 5) }, (_row, at) => (first + at) % rows),
  )
  return { bodies: worth.map((of) => JSON.stringify({ rows: of.map((x) => ({ x })) })), worth }
}
