import type { OrganisationSettings } from '@modelsmith/api'
import { type Queries, sql } from '../../infra/database/database.ts'

type SettingsRow = {
  readonly runs_model_files: boolean
  readonly changed_by: string | null
  readonly changed_by_name: string | null
  readonly changed_at: Date | null
}

export const settingsOf = async (queries: Queries, organisation: string): Promise<OrganisationSettings> => {
  const row = (await queries.first<SettingsRow>(sql`
    select o.runs_model_files, o.settings_changed_by as changed_by, p.name as changed_by_name, o.settings_changed_at as changed_at
    from organisation o left join person p on p.id = o.settings_changed_by where o.id = ${organisation}`)) as SettingsRow
  return {
    runModelFiles: row.runs_model_files,
    changedBy: row.changed_by === null ? null : { id: row.changed_by, name: row.changed_by_name ?? '' },
    changedAt: row.changed_at?.toISOString() ?? null,
  }
}

export const setSettings = (
  queries: Queries,
  organisation: string,
  person: string,
  { runModelFiles }: Pick<OrganisationSettings, 'runModelFiles'>,
) =>
  queries.run(sql`update organisation set runs_model_files = ${runModelFiles}, settings_changed_by = ${person}, settings_changed_at = now()
    where id = ${organisation}`)

/** Names of those who may change the settings. */
export const administratorsOf = async (queries: Queries, organisation: string): Promise<string[]> =>
  (
    await queries.rows<{ name: string }>(sql`
      select name from person where organisation_id = ${organisation} and role = 'administrator' and deactivated_at is null order by name limit 5`)
  ).map(({ name }) => name)
