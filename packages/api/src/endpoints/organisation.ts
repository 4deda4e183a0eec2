import { json, type Endpoint } from '../endpoint.ts'
import { OrganisationSettings, OrganisationSettingsChange } from '../resources/organisation.ts'

/** What administrators decide for their organisation. */
export const organisationEndpoints = {
  getOrganisationSettings: {
    method: 'GET',
    path: '/organisation/settings',
    tag: 'people',
    summary: 'What administrators have decided for the organisation',
    auth: 'required',
    status: 200,
    answer: json(OrganisationSettings),
  },
  changeOrganisationSettings: {
    method: 'PATCH',
    path: '/organisation/settings',
    tag: 'people',
    summary:
      'Allow that uploaded model files are run in the sandbox, or forbid it (deployments of such files stop answering); say what of deployments needs a second person’s approval',
    auth: 'required',
    body: json(OrganisationSettingsChange),
    status: 200,
    answer: json(OrganisationSettings),
  },
} as const satisfies Record<string, Endpoint>
