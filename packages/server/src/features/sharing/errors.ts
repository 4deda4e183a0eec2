import { defineErrors } from '@modelsmith/table'

export const { rows: sharingErrors, error: sharingError } = defineErrors({
  'share.lastOwner': {
    kind: 'conflict',
    message: ({ name }: { name: string }) => `"${name}" would have no owner.`,
    hint: () => 'Hand it over to somebody first.',
  },
  'share.owner': {
    kind: 'invalid',
    message: ({ kind }: { kind: string }) => `Only a person can own something; this is ${kind}.`,
    hint: () => 'Make it an editor.',
  },
  'share.inherited': {
    kind: 'invalid',
    message: ({ name }: { name: string }) => `The role comes from "${name}", to which this belongs.`,
    hint: () => 'Take it back there.',
  },
  'share.part': {
    kind: 'invalid',
    message: ({ kind }: { kind: string }) => `A ${kind} belongs to its project, and so do its owners.`,
    hint: () => 'Hand over the project, or give a role on this one alone.',
  },
})
