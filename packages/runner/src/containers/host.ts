import { isAlive } from '../processes.ts'
import { type RunContainer, removeAbandonedContainers, runContainer } from './container.ts'
import { demandEngine, type Engine } from './engine.ts'

/** Who starts containers, with what is known of the engine. */
export type Containers = Pick<Engine, 'kind' | 'version' | 'rootless' | 'bounds'> & { readonly run: RunContainer }

/** Throws `container.noEngine` where nobody can. */
export type ContainerHost = () => Promise<Containers>

let cleared = false

/** The machine's own engine, asked by this process. */
export const localContainers: ContainerHost = async () => {
  const engine = await demandEngine()
  if (!cleared) {
    cleared = true
    await removeAbandonedContainers(engine, isAlive)
  }
  return { ...engine, run: runContainer(engine) }
}
