import {
  actionMeanings,
  type Action,
  actions,
  objectKinds,
  relations,
  rights,
  roles,
  sharedKinds,
} from '../../packages/domain/src/index.ts'

const words = (allowed: readonly Action[] | undefined): string =>
  allowed === undefined || allowed.length === 0 ? '–' : actions.filter((action) => allowed.includes(action)).join(', ')

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

/** The page of the rights: the table that every check asks. */
export const rightsReference = (): string => `# Who may do what

Made from the one table that the server asks at every request, that lists are filtered by, and that the pages take their buttons from
(\`packages/domain/src/rights/table.ts\`). What is not written here is denied, and nobody sees anything of another organisation.

What one makes is one's own until it is shared: with people, groups, or the whole organisation, each as *owner*, *editor* or *consumer*. A
role on a project is the same role on its training runs and models; a role on what a job works for is one on the job, but for
predictions of files, which are seen by whoever sent the rows. There is always an owner.

*Executor* is given to nobody. Whoever may see a blueprint or project has it on the custom tasks, and their environments, that somebody who
may use them put there. They work with the models that come of it, but neither see the task nor use it elsewhere: in a copy of the
blueprint they set its parameters, replace it or take it out. Of logs they see prints and tracebacks, without the lines of source.

## Actions

${table(
  ['action', 'what it means'],
  actions.map((action) => [`\`${action}\``, actionMeanings[action]]),
)}

## By the role on an object

A viewer of the organisation may do no more than the last column, whatever was given.

${table(
  ['object', ...relations, 'at most, for viewers'],
  objectKinds
    .filter((kind) => Object.keys(rights[kind].object).length > 0)
    .map((kind) => [
      kind,
      ...relations.map((relation) => words(rights[kind].object[relation])),
      words(rights[kind].viewer),
    ]),
)}

## By the role in the organisation

These hold for every object of the organisation, shared or not. A service account signs in by token only, and makes things as a member does.

${table(
  ['object', ...roles],
  objectKinds.map((kind) => [kind, ...roles.map((role) => words(rights[kind].organisation[role]))]),
)}

Kinds that can be shared: ${sharedKinds.join(', ')}.
`
