import type { Release } from '@modelsmith/api'
import { LinkText } from '../../ui/link.tsx'

/** A link to what answers: a trained model, or the releases of a registered one. */
export const ServedModel = ({
  release: { modelId, registeredModelId },
  children,
}: {
  readonly release: Pick<Release, 'modelId' | 'registeredModelId'>
  readonly children: string
}) =>
  registeredModelId === null ? (
    <LinkText underline="always" to="/models/$id" params={{ id: modelId }}>
      {children}
    </LinkText>
  ) : (
    <LinkText
      underline="always"
      to="/registered-models/$id"
      params={{ id: registeredModelId }}
      search={{ tab: 'releases' }}
    >
      {children}
    </LinkText>
  )
