import type { Access } from '@modelsmith/api'
import type { Action } from '@modelsmith/domain'
import { useCall } from '../../app/client.ts'

/** What one may do to an object, as the server says; nothing while that is not known. */
export const useAccess = (
  id: string,
): { readonly access: Access | undefined; readonly can: (action: Action) => boolean } => {
  const { data: access } = useCall('getAccess', { params: { id } })
  return { access, can: (action) => access?.actions.includes(action) === true }
}
