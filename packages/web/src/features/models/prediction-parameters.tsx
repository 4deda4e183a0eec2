import { Fieldset, SimpleGrid } from '@mantine/core'
import type { Hyperparameter, ParameterValues } from '@modelsmith/domain'
import { ParameterField } from '../blueprints/index.ts'

type PredictionParametersProps = {
  readonly declared: readonly Hyperparameter[]
  readonly given: ParameterValues
  readonly onChange: (given: ParameterValues) => void
}

/** Fields for what may be set where a model is applied; nothing where it declares nothing. */
export const PredictionParameters = ({ declared, given, onChange }: PredictionParametersProps) =>
  declared.length === 0 ? null : (
    <Fieldset legend="Prediction parameters">
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
        {declared.map((parameter) => (
          <ParameterField
            key={parameter.name}
            parameter={parameter}
            value={given[parameter.name]}
            onChange={(value) => {
              const { [parameter.name]: _, ...others } = given
              onChange(value === undefined ? others : { ...others, [parameter.name]: value })
            }}
          />
        ))}
      </SimpleGrid>
    </Fieldset>
  )
