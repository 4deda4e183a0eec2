import type { Actor, Role } from '@modelsmith/domain'
import { type Queries, type Sql, sql } from '../database/database.ts'

/** Somebody who acts, with everything that a role may have been given to: themselves, their organisation, their groups. */
export type Principal = Actor & { readonly grantees: readonly string[] }

/** The groups of the person in the table `p`, as one value of its row. */
export const groupsOfPerson: Sql = sql`array(select m.group_id from group_member m where m.person_id = p.id)`

export const granteesOf = (person: {
  readonly id: string
  readonly organisation_id: string
  readonly groups: readonly string[]
}): string[] => [person.id, person.organisation_id, ...person.groups]

/** Whoever a job works for, with the rights that they have now. */
export const principalOf = async (queries: Queries, id: string): Promise<Principal> => {
  const row = await queries.first<{ id: string; organisation_id: string; role: Role; groups: string[] }>(
    sql`select p.id, p.organisation_id, p.role, ${groupsOfPerson} as groups from person p where p.id = ${id} and p.deactivated_at is null`,
  )
  if (row === undefined) throw new RangeError(`There is no person ${id}.`)
  return { id, organisation: row.organisation_id, role: row.role, grantees: granteesOf(row) }
}
