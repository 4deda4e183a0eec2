import type { ObjectKind } from '@modelsmith/domain'
import type { ReactNode } from 'react'
import { useMay } from './use-may.ts'

/** What begins something new, for whoever may make such a thing. */
export const IfMayCreate = ({ kind, children }: { readonly kind: ObjectKind; readonly children: ReactNode }) =>
  useMay('create', kind) ? children : null
