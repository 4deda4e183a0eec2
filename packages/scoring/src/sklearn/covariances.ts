import type { Builder, Family } from '../build/family.ts'
import { inverse } from './inverse.ts'

const envelope: Builder = (instance) => {
  const center = instance.floats('location_')
  const columns = center.length
  const size = columns * columns
  // store_precision=False keeps the covariance only.
  const precision =
    instance.floatsOr('precision_', undefined, size) ?? inverse(instance.floats('covariance_', size), columns)
  const { className: name } = instance
  return { kind: 'envelope', name, columns, center, precision, offset: instance.number('offset_') }
}

const unsupported = 'it estimates a covariance and has no predict or transform'
const empirical = 'sklearn.covariance.empirical_covariance_ sklearn.covariance._empirical_covariance'
const shrunk = 'sklearn.covariance.shrunk_covariance_ sklearn.covariance._shrunk_covariance'
const graphical = 'sklearn.covariance.graph_lasso_ sklearn.covariance._graph_lasso'

/** Covariances, of which one tells outliers. */
export const covariances: Family = {
  classes: {
    EllipticEnvelope: {
      modules: 'sklearn.covariance.elliptic_envelope sklearn.covariance._elliptic_envelope',
      build: envelope,
    },
    EmpiricalCovariance: { modules: empirical, unsupported },
    ShrunkCovariance: { modules: shrunk, unsupported },
    LedoitWolf: { modules: shrunk, unsupported },
    OAS: { modules: shrunk, unsupported },
    MinCovDet: { modules: 'sklearn.covariance.robust_covariance sklearn.covariance._robust_covariance', unsupported },
    GraphLasso: { modules: graphical, unsupported },
    GraphLassoCV: { modules: graphical, unsupported },
    GraphicalLasso: { modules: graphical, unsupported },
    GraphicalLassoCV: { modules: graphical, unsupported },
  },
}
