import type { ServingStatus } from '../manifest.ts'

type State = ServingStatus['deployments'][number]['state']
const worst: readonly State[] = ['failed', 'starting', 'active']

/** What several processes say as one: a deployment is as it is where it fares worst, and says in how many. */
export const mergedStatus = (statuses: readonly ServingStatus[]): ServingStatus => {
  const byId = Map.groupBy(
    statuses.flatMap(({ deployments }) => deployments),
    ({ id }) => id,
  )
  return {
    generation: Math.min(...statuses.map(({ generation }) => generation)),
    deployments: [...byId.values()].flatMap((each) => {
      const [first] = each.toSorted((a, b) => worst.indexOf(a.state) - worst.indexOf(b.state))
      if (first === undefined) return []
      const alike = each.filter(({ state }) => state === first.state).length
      if (first.problem === null || alike === each.length) return [first]
      return [{ ...first, problem: `In ${alike} of ${each.length} prediction processes: ${first.problem}` }]
    }),
  }
}
