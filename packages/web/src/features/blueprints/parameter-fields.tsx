import { SimpleGrid, type SimpleGridProps } from '@mantine/core'
import type { Hyperparameter, ParameterValues } from '@modelsmith/domain'
import { ParameterField } from './parameter-field.tsx'

type ParameterFieldsProps = Pick<SimpleGridProps, 'cols' | 'mt'> & {
  readonly declared: readonly Hyperparameter[]
  readonly given: ParameterValues
  /** What stands in a field where nothing is given, such as the value of a blueprint. */
  readonly usual?: ParameterValues | undefined
  readonly onChange: (given: ParameterValues) => void
}

/** A field for each parameter; what is cleared is not given. */
export const ParameterFields = ({ declared, given, usual, onChange, ...grid }: ParameterFieldsProps) => (
  <SimpleGrid {...grid} spacing="sm">
    {declared.map((parameter) => {
      const { name } = parameter
      return (
        <ParameterField
          key={name}
          parameter={parameter}
          value={{ ...usual, ...given }[name]}
          onChange={(value) => {
            const { [name]: _, ...others } = given
            onChange(value === undefined ? others : { ...others, [name]: value })
          }}
        />
      )
    })}
  </SimpleGrid>
)
