import type { IForbiddenRuleType } from 'dependency-cruiser'

/** Which packages a package may import. Whoever is not named is forbidden; there is no exception. */
export const MAY_IMPORT = {
  table: [],
  scoring: ['table'],
  domain: ['table'],
  api: ['table', 'domain'],
  query: ['table', 'domain'],
  runner: ['table', 'domain'],
  engine: ['table', 'domain', 'scoring', 'runner', 'query'],
  serving: ['table', 'domain', 'api', 'scoring', 'runner'],
  server: ['table', 'domain', 'api', 'scoring', 'query', 'runner', 'engine', 'serving'],
  cli: ['table', 'domain', 'api', 'scoring', 'query', 'runner', 'engine', 'serving'],
  web: ['table', 'domain', 'api', 'scoring'],
} as const satisfies Record<string, readonly string[]>

const direction = Object.entries(MAY_IMPORT).map(
  ([name, allowed]): IForbiddenRuleType => ({
    name: `direction: ${name} → ${allowed.join(', ') || 'nothing'}`,
    severity: 'error',
    from: { path: `^packages/${name}/` },
    to: { path: '^packages/', pathNot: `^packages/(${[name, ...allowed].join('|')})/` },
  }),
)

const doors: IForbiddenRuleType[] = [
  {
    name: 'door: a package is entered by its src/index.ts',
    severity: 'error',
    from: { path: '^packages/([^/]+)/' },
    to: { path: '^packages/[^/]+/', pathNot: '^packages/($1/|[^/]+/src/index\\.ts$)' },
  },
  {
    name: 'door: a feature enters another by its index',
    severity: 'error',
    from: { path: '^packages/(server|web)/src/features/([^/]+)/' },
    to: { path: '^packages/$1/src/features/[^/]+/', pathNot: '^packages/$1/src/features/($2/|[^/]+/index\\.tsx?$)' },
  },
]

const resolution: IForbiddenRuleType = {
  name: 'an import leads to a file',
  severity: 'error',
  from: { path: '^packages/' },
  // Vite's own suffixes (`./worker.ts?worker`) and virtual modules are the bundler's to resolve.
  to: { couldNotResolve: true, pathNot: '\\?|^virtual:' },
}

export const IMPORT_RULES: readonly IForbiddenRuleType[] = [...direction, ...doors, resolution]
