import type { Client } from '@modelsmith/api'
import { deployRelease, publishFile } from '../../e2e/support/hosted.ts'

const code = `import os
import pandas as pd


def load_model(code_dir):
    with open(os.path.join(code_dir, "factor.txt")) as file:
        return float(file.read())


def score(data, model):
    return pd.DataFrame({"Predictions": model * data["x"]})
`
const files = {
  'custom.py': code,
  'model-metadata.yaml': 'name: Doubles\ntargetType: regression\ntype: inference\nenvironment: python-core\n',
}

/** A deployment that code answers, by a release whose packages can be replaced by later ones. */
export const deployCoded = async (client: Client) => {
  await client.call('changeOrganisationSettings', { body: { runModelFiles: true } })
  const { task } = await client.upload('uploadTask', {
    files: Object.entries(files).map(([name, text]) => ({ name, data: new Blob([text]) })),
  })
  const definition = {
    inputs: [{ name: 'x', type: 'number' as const, role: 'feature' as const }],
    variableInput: null,
    outputs: [{ name: 'prediction', type: 'number' as const }],
    trainingParameters: [],
    predictionParameters: [],
  }
  const { id: algorithm } = await client.call('createCustomAlgorithm', {
    body: { name: 'Doubles', taskVersionId: task.latest.id, definition },
  })
  const { id: codedModel } = await client.call('createRegisteredModel', { body: { name: 'Doubles' } })
  const file = { name: 'factor.txt', bytes: new TextEncoder().encode('2'), fields: ['x'], row: { x: 1 }, algorithm }
  const codedDeployment = await deployRelease(client, 'Doubles', await publishFile(client, codedModel, file))
  return { codedModel, codedDeployment }
}
