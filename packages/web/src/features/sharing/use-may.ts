import { type Action, may, type ObjectKind } from '@modelsmith/domain'
import { useSession } from '../../app/session.tsx'

/** Whether one may do this by one's role in the organisation alone: what the table of rights says, which the server asks too. */
export const useMay = (action: Action, kind: ObjectKind): boolean => {
  const { id, role, organisation } = useSession().person
  const actor = { id, role, organisation: organisation.id }
  return may(actor, action, { kind, owner: action === 'create' ? id : '', organisation: organisation.id })
}
