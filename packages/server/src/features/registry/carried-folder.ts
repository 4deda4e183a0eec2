import { ColumnSchema } from '@modelsmith/api'
import { check, Hyperparameter, TargetType } from '@modelsmith/domain'
import type { FittedManifest } from '@modelsmith/runner'
import type { Finding } from '@modelsmith/table'
import Type from 'typebox'
import { isImage } from '../environments/index.ts'
import { plainFinding } from '../hosting/index.ts'
import { registryError } from './errors.ts'

const NodeId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' })
/** Of the environments of an installation the name may be a path on the disk: it has none of the characters of one. */
const EnvironmentName = Type.String({ pattern: '^[A-Za-z0-9_:][A-Za-z0-9_.:+-]{0,254}$' })

const Carried = Type.Object({
  version: Type.Literal(1),
  inputs: Type.Array(ColumnSchema),
  target: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  targetType: TargetType,
  classes: Type.Array(Type.String()),
  seed: Type.Number(),
  nodes: Type.Array(
    Type.Object({
      id: NodeId,
      task: Type.String(),
      targetType: TargetType,
      environment: EnvironmentName,
      network: Type.Optional(Type.Literal('public')),
      code: Type.String(),
      artifacts: Type.String(),
      inputs: Type.Array(
        Type.Union([
          Type.Object({ from: Type.Literal('data'), columns: Type.Array(Type.String()) }),
          Type.Object({ from: Type.Literal('node'), node: NodeId }),
        ]),
      ),
      takesSparse: Type.Optional(Type.Literal(true)),
      predictionParameters: Type.Optional(Type.Array(Hyperparameter)),
    }),
    { minItems: 1 },
  ),
})

/** `model.json` as another installation wrote it: what it says is only used where it leads nowhere out of its folder. */
export const readCarried = (
  text: string,
): { readonly manifest: FittedManifest } | { readonly findings: readonly Finding[] } => {
  const wrong = (problem: string) => ({ findings: [plainFinding(registryError('archive.code', { problem }))] })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return wrong('it is no JSON')
  }
  const findings = check(Carried, value)
  const [first] = findings
  if (first !== undefined) return wrong(`${first.place?.pointer ?? ''}: ${first.message}`)
  const manifest = value as FittedManifest
  const ids = manifest.nodes.map(({ id }) => id)
  if (new Set(ids).size !== ids.length) return wrong('two nodes have one name')
  const astray = manifest.nodes.find(
    ({ id, code, artifacts }) => code !== `code/${id}` || artifacts !== `artifacts/${id}`,
  )
  return astray === undefined ? { manifest } : wrong(`the node "${astray.id}" has its files elsewhere`)
}

/** What no archive carries: images, and what somebody has granted to a task in one installation. */
export const notCarried = ({ nodes }: Pick<FittedManifest, 'nodes'>): readonly Finding[] =>
  nodes.flatMap(({ task, environment, network }) => [
    ...(isImage(environment) ? [plainFinding(registryError('archive.image', { task }))] : []),
    ...(network === undefined ? [] : [plainFinding(registryError('archive.network', { task }))]),
  ])
