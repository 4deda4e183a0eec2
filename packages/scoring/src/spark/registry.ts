import type { SparkBuilder, SparkFamily } from './class-entry.ts'
import { clusters } from './clusters.ts'
import { factorizationMachines } from './factorization-machines.ts'
import { factors } from './factors.ts'
import { features } from './features.ts'
import { formulas } from './formulas.ts'
import { hashes } from './hashes.ts'
import { isotonic } from './isotonic.ts'
import { itemSets } from './item-sets.ts'
import { linear } from './linear.ts'
import { mixtures } from './mixtures.ts'
import { naiveBayes } from './naive-bayes.ts'
import { networks } from './networks.ts'
import { oneVsRest } from './one-vs-rest.ts'
import { pipelines } from './pipelines.ts'
import { rdd } from './rdd.ts'
import { sql } from './sql.ts'
import { survival } from './survival.ts'
import { targetEncoders } from './target-encoder.ts'
import { text } from './text.ts'
import { topics } from './topics.ts'
import { trees } from './trees.ts'
import { vectorFeatures } from './vector-features.ts'

const families: readonly SparkFamily[] = [
  clusters,
  factorizationMachines,
  factors,
  features,
  formulas,
  hashes,
  isotonic,
  itemSets,
  linear,
  mixtures,
  naiveBayes,
  networks,
  oneVsRest,
  pipelines,
  rdd,
  sql,
  survival,
  targetEncoders,
  text,
  topics,
  trees,
  vectorFeatures,
]

/** Every class of Spark's that is read. */
export const sparkClasses: ReadonlyMap<string, SparkBuilder> = new Map(
  families.flatMap((family) => Object.entries(family)),
)
