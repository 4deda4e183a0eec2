import { Fieldset } from '@mantine/core'
import type { Hyperparameter, ParameterValues } from '@modelsmith/domain'
import { ParameterFields } from '../blueprints/index.ts'

type PredictionParametersProps = {
  readonly declared: readonly Hyperparameter[]
  readonly given: ParameterValues
  readonly onChange: (given: ParameterValues) => void
}

/** Fields for what may be set where a model is applied; nothing where it declares nothing. */
export const PredictionParameters = ({ declared, given, onChange }: PredictionParametersProps) =>
  declared.length === 0 ? null : (
    <Fieldset legend="Prediction parameters">
      <ParameterFields cols={{ base: 1, xs: 2, md: 4 }} declared={declared} given={given} onChange={onChange} />
    </Fieldset>
  )
