import type { SparkBuilder, SparkFamily } from './class-entry.ts'
import { clusters } from './clusters.ts'
import { features } from './features.ts'
import { isotonic } from './isotonic.ts'
import { linear } from './linear.ts'
import { naiveBayes } from './naive-bayes.ts'
import { networks } from './networks.ts'
import { oneVsRest } from './one-vs-rest.ts'
import { pipelines } from './pipelines.ts'
import { rdd } from './rdd.ts'
import { trees } from './trees.ts'
import { vectorFeatures } from './vector-features.ts'

const families: readonly SparkFamily[] = [
  clusters,
  features,
  isotonic,
  linear,
  naiveBayes,
  networks,
  oneVsRest,
  pipelines,
  rdd,
  trees,
  vectorFeatures,
]

/** Every class of Spark's that is read. */
export const sparkClasses: ReadonlyMap<string, SparkBuilder> = new Map(
  families.flatMap((family) => Object.entries(family)),
)
