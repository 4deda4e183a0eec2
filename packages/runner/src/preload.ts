import type { Environment } from './types.ts'

const always: ReadonlySet<string> = new Set(['numpy', 'pandas'])
const imported = /^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w., \t]+))/gm

/**
 * The environment with those of its modules loaded in advance that this code asks for: what is loaded for one task alone should
 * be what it needs. Whatever else it imports, its sessions do themselves.
 */
export const preloadingFor = (environment: Environment, sources: readonly string[]): Environment => {
  const asked = sources.flatMap((source) =>
    Array.from(source.matchAll(imported), ([, from, list]) =>
      from === undefined ? (list ?? '').split(',').map((name) => name.trim().split(/\s/)[0] ?? '') : [from],
    ).flat(),
  )
  const isAsked = (module: string) =>
    asked.some((name) => name === module || name.startsWith(`${module}.`) || module.startsWith(`${name}.`))
  return { ...environment, preload: environment.preload.filter((module) => always.has(module) || isAsked(module)) }
}
