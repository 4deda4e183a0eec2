import { type TaskOrigin, wordsOfCommit } from '@modelsmith/api'
import { LinkText } from '../../ui/link.tsx'

/** Where a version comes from. */
export const Origin = ({ origin }: { readonly origin: TaskOrigin | null }) => {
  switch (origin?.kind) {
    case 'template':
      return `Template ${origin.template.split(':').slice(1).join(' ')}`
    case 'edit':
      return `Changed from ${origin.number}`
    case 'clone':
      return (
        <>
          Copy of{' '}
          <LinkText to="/tasks/$id" params={{ id: origin.taskId }} search={{ version: origin.versionId }}>
            {origin.taskName} {origin.number}
          </LinkText>
        </>
      )
    case 'git':
      return `${origin.url}${origin.folder === '' ? '' : `, ${origin.folder}`}, commit ${origin.commit.slice(0, 10)}`
    case 'push':
      return wordsOfCommit(origin)
    case undefined:
      return 'Upload'
  }
}
