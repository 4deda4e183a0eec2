import { defineErrors } from '@modelsmith/table'

export const { rows: peopleErrors, error: peopleError } = defineErrors({
  'person.email': {
    kind: 'invalid',
    message: ({ role }: { role: string }) =>
      role === 'service' ? 'A service account has no e-mail address.' : 'An e-mail address is needed.',
    hint: ({ role }) => (role === 'service' ? 'Leave it out.' : 'Only service accounts have none.'),
  },
  'person.taken': {
    kind: 'conflict',
    message: ({ email }: { email: string }) => `Somebody has the e-mail address "${email}" already.`,
  },
  'person.role': {
    kind: 'invalid',
    message: () => 'A person does not become a service account, nor a service account a person.',
    hint: () => 'Add another one.',
  },
  'person.lastAdministrator': {
    kind: 'conflict',
    message: ({ name }: { name: string }) => `Without ${name} nobody would administer the organisation.`,
    hint: () => 'Make somebody else an administrator first.',
  },
  'person.successor': {
    kind: 'conflict',
    message: ({ name, count }: { name: string; count: number }) =>
      `${name} owns ${count.toLocaleString('en')} ${count === 1 ? 'object' : 'objects'}, which ${count === 1 ? 'needs' : 'need'} another owner.`,
    hint: () => 'Name an active person of the organisation as successor.',
  },
  'person.deactivated': {
    kind: 'conflict',
    message: ({ name }: { name: string }) => `${name} is deactivated, or signs in by token only.`,
  },
  'person.active': {
    kind: 'conflict',
    message: ({ name }: { name: string }) => `${name} is active.`,
  },
  'group.taken': {
    kind: 'conflict',
    message: ({ name }: { name: string }) => `Another group is called "${name}".`,
  },
})
