import type { BuildContext, Builder, Family } from '../build/family.ts'
import type { CalibratedMember, Calibrator } from '../model/calibrated.ts'
import type { Instance } from '../python/instance.ts'
import { severalClasses } from './members.ts'

const calibrated: Builder = (instance, context) => {
  const members = instance.instances('calibrated_classifiers_').map((member) => memberOf(member, context))
  if (members.length === 0) throw instance.wrong('calibrated_classifiers_', 'at least one object')
  return { kind: 'calibrated', name: instance.className, classes: severalClasses(instance), members }
}

const memberOf = (member: Instance, context: BuildContext): CalibratedMember => {
  // `calibrators_` until 0.23, `base_estimator` until 1.1.
  const calibrators = member.instances(member.has('calibrators_') ? 'calibrators_' : 'calibrators')
  if (calibrators.length === 0) throw member.wrong('calibrators', 'at least one object')
  return {
    model: context.build(member.instance(member.has('estimator') ? 'estimator' : 'base_estimator')),
    calibrators: calibrators.map((calibrator) => calibratorOf(calibrator, context)),
  }
}

const calibratorOf = (calibrator: Instance, context: BuildContext): Calibrator => {
  switch (calibrator.className) {
    case '_SigmoidCalibration':
      return { type: 'sigmoid', slope: calibrator.number('a_'), intercept: calibrator.number('b_') }
    case '_TemperatureScaling':
      return { type: 'temperature', inverse: calibrator.number('beta_') }
    default:
      return { type: 'model', model: context.build(calibrator) }
  }
}

const modules = 'sklearn.calibration'

/** Classifiers whose scores were made probabilities. */
export const calibration: Family = {
  classes: {
    CalibratedClassifierCV: { modules, build: calibrated },
  },
  parts: [{ use: 'class', names: { [modules]: '_CalibratedClassifier _SigmoidCalibration _TemperatureScaling' } }],
}
