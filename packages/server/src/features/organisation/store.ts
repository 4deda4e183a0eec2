import type { OrganisationSettings, OrganisationSettingsChange } from '@modelsmith/api'
import type { ApprovalPolicy } from '@modelsmith/domain'
import { json, type Queries, sql } from '../../infra/database/database.ts'

type SettingsRow = {
  readonly runs_model_files: boolean
  readonly approval_policy: ApprovalPolicy
  readonly changed_by: string | null
  readonly changed_by_name: string | null
  readonly changed_at: Date | null
}

export const settingsOf = async (queries: Queries, organisation: string): Promise<OrganisationSettings> => {
  const row = (await queries.first<SettingsRow>(sql`
    select o.runs_model_files, o.approval_policy, o.settings_changed_by as changed_by, p.name as changed_by_name, o.settings_changed_at as changed_at
    from organisation o left join person p on p.id = o.settings_changed_by where o.id = ${organisation}`)) as SettingsRow
  return {
    runModelFiles: row.runs_model_files,
    approvals: row.approval_policy,
    changedBy: row.changed_by === null ? null : { id: row.changed_by, name: row.changed_by_name ?? '' },
    changedAt: row.changed_at?.toISOString() ?? null,
  }
}

export const setSettings = (
  queries: Queries,
  organisation: string,
  person: string,
  { runModelFiles, approvals }: OrganisationSettingsChange,
) => {
  // Who is shown beside the consent has decided on that, not on another setting.
  const decides = runModelFiles !== undefined
  return queries.run(sql`
    update organisation set runs_model_files = coalesce(${runModelFiles ?? null}, runs_model_files),
      approval_policy = coalesce(${approvals === undefined ? null : json(approvals)}::jsonb, approval_policy),
      settings_changed_by = case when ${decides} then ${person} else settings_changed_by end,
      settings_changed_at = case when ${decides} then now() else settings_changed_at end where id = ${organisation}`)
}

/** Names of those who may change the settings. */
export const administratorsOf = async (queries: Queries, organisation: string): Promise<string[]> =>
  (
    await queries.rows<{ name: string }>(sql`
      select name from person where organisation_id = ${organisation} and role = 'administrator' and deactivated_at is null order by name limit 5`)
  ).map(({ name }) => name)
