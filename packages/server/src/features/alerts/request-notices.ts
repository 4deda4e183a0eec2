import { relations, relationsThatMay, roles } from '@modelsmith/domain'
import { type Queries, type Sql, sql } from '../../infra/database/database.ts'
import { newId } from '../../infra/ids.ts'
import { groupsOfPerson } from '../../infra/rights/principal.ts'

const approving = roles
  .filter((role) => role !== 'service')
  .map((role) => ({ role, may: relationsThatMay(role, 'approve', 'deployment') }))
const always = approving.filter(({ may }) => may === 'all').map(({ role }) => role)
const byRole = approving.filter(({ may }) => may !== 'all' && may.length > 0).map(({ role }) => role)
const deciding = relations.filter((relation) => approving.some(({ may }) => may !== 'all' && may.includes(relation)))

/** Of a person `p` and a grant `g`: it is theirs, by themselves, a group or their organisation. */
const isTheirs = sql`(g.grantee_id in (p.id, p.organisation_id) or g.grantee_id = any(${groupsOfPerson}))`

/** Of a person `p` and the deployment `o`: whoever may decide what is asked to be done with it. */
export const decides: Sql = sql`(p.deactivated_at is null and (p.role = any(${always}) or (p.role = any(${byRole}) and exists (
  select 1 from object_grant g where g.object_id = o.id and g.role = any(${deciding}) and ${isTheirs}))))`

/** Of a person `p` and the deployment `o`: whoever may see it, or might while it was there. */
export const sees: Sql = sql`(p.deactivated_at is null and p.role <> 'service' and (p.role = any(${always}) or exists (
  select 1 from object_grant g where g.object_id = o.id and ${isTheirs})))`

const insert = async (
  queries: Queries,
  request: string,
  event: 'asked' | 'decided',
  people: readonly string[],
): Promise<void> => {
  const { webhook } = (await queries.first<{ webhook: boolean }>(sql`
    select exists (select 1 from alert_setting s where s.deployment_id = r.deployment_id and s.sealed is not null) as webhook
    from change_request r where r.id = ${request}`)) ?? { webhook: false }
  const told = [...people.map((person) => ['mail', person] as const), ...(webhook ? [['webhook', null] as const] : [])]
  for (const [channel, person] of told)
    await queries.run(sql`
      insert into notice (id, deployment_id, change_request_id, event, channel, person_id, next_at, created_at)
      select ${newId('alertNotice')}, r.deployment_id, r.id, ${event}, ${channel}, ${person}, now(), now() from change_request r where r.id = ${request}`)
}

/** Tells whoever may decide, and the deployment's webhook, that something is asked. */
export const tellOfAsked = async (queries: Queries, request: string): Promise<void> => {
  const people = await queries.rows<{ id: string }>(sql`
    select p.id from change_request r join object o on o.id = r.deployment_id join person p on p.organisation_id = o.organisation_id
    where r.id = ${request} and p.id <> r.asked_by and ${decides} order by p.id`)
  await insert(
    queries,
    request,
    'asked',
    people.map(({ id }) => id),
  )
}

/** Tells whoever asked, and the deployment's webhook, what was said to it; nobody is told what they have done themselves. */
export const tellOfDecided = async (queries: Queries, request: string): Promise<void> => {
  const people = await queries.rows<{ id: string }>(sql`
    select p.id from change_request r join person p on p.id = r.asked_by
    where r.id = ${request} and p.role <> 'service' and r.decided_by is distinct from r.asked_by`)
  await insert(
    queries,
    request,
    'decided',
    people.map(({ id }) => id),
  )
}
