import Type, { type Static } from 'typebox'

/** What a person is in an organisation. */
export const roles = ['administrator', 'member', 'viewer', 'service'] as const
export const Role = Type.Enum(roles)
export type Role = Static<typeof Role>

/** What one may be given on an object, from the most to the least. */
export const objectRoles = ['owner', 'editor', 'consumer'] as const
export const ObjectRole = Type.Enum(objectRoles)
export type ObjectRole = Static<typeof ObjectRole>

/** `executor` is never given: it follows from access to a project or blueprint that a task or environment was put into. */
export const relations = [...objectRoles, 'executor'] as const
export const Relation = Type.Enum(relations)
export type Relation = Static<typeof Relation>

export const objectKinds = [
  'organisation',
  'person',
  'group',
  'token',
  'dataset',
  'sampleSet',
  'task',
  'environment',
  'blueprint',
  'project',
  'trainingRun',
  'search',
  'model',
  'registeredModel',
  'algorithm',
  'experiment',
  'release',
  'deployment',
  'credential',
  'job',
] as const
export const ObjectKind = Type.Enum(objectKinds)
export type ObjectKind = Static<typeof ObjectKind>

export const actions = [
  'view',
  'use',
  'execute',
  'run',
  'predict',
  'download',
  'deploy',
  'edit',
  'share',
  'delete',
  'approve',
  'create',
  'administer',
] as const
export const Action = Type.Enum(actions)
export type Action = Static<typeof Action>

/** What each action means, by the objects that it is done to; the reference shows it. */
export const actionMeanings: Readonly<Record<Action, string>> = {
  view: 'see it in lists, in search and on its page; of a task and an environment also its files',
  use: 'name it in something of one’s own: a dataset in a project, a task in a blueprint, a blueprint in a training, an algorithm in an experiment',
  execute: 'work with what comes of it where somebody else put it, without seeing it',
  run: 'train in the project, and a model of it once more on all rows; go on with a search, and make its trials into models',
  predict: 'ask a deployment, or predict a file or a dataset with a model',
  download: 'take away the files behind it: a source, artifacts, a bundle of all that a run works from',
  deploy: 'put a model behind a deployment',
  edit: 'change it, and add versions; of a deployment also see the rows of requests that it keeps',
  share: 'give others a role on it, take it back, and hand over ownership',
  delete: 'delete it; of a deployment also say of how many requests rows are kept, and for how long',
  approve: 'decide on what somebody else has asked to do with a deployment',
  create: 'make one',
  administer: 'give roles in the organisation, deactivate people, allow the network, read the audit log',
}

type Actions = readonly Action[]

/** What is not in a row is denied. */
export type RightsRow = {
  /** By the role in the organisation, whatever one's role on the object is. */
  readonly organisation: Readonly<Partial<Record<Role, Actions>>>
  /** By the role on the object. */
  readonly object: Readonly<Partial<Record<Relation, Actions>>>
  /** The most that a viewer of the organisation may do, whatever was given. */
  readonly viewer: Actions
}

const whole = ['view', 'use', 'execute', 'run', 'predict', 'download', 'deploy', 'edit', 'share', 'delete'] as const
/** Administrators answer for all that the organisation has; each change of theirs says so in the audit log. */
const making = { administrator: [...whole, 'create'], member: ['create'], service: ['create'] } as const

/** Something of a person's own, which others see when it is shared with them. */
const owned = (consumer: Actions, editor: Actions = []): RightsRow => ({
  organisation: making,
  object: {
    consumer,
    editor: [...consumer, 'edit', ...editor],
    owner: [...consumer, 'edit', ...editor, 'share', 'delete'],
  },
  viewer: ['view'],
})

const everybodySees = { member: ['view'], viewer: ['view'], service: ['view'] } as const
const task = owned(['view', 'use', 'execute', 'download'])
const deployment = owned(['view', 'predict'], ['deploy'])
const withExecutor = { ...task, object: { ...task.object, executor: ['execute'] } } as const

export const rights: Readonly<Record<ObjectKind, RightsRow>> = {
  organisation: {
    organisation: { ...everybodySees, administrator: ['view', 'edit', 'administer'] },
    object: {},
    viewer: ['view'],
  },
  person: {
    organisation: { ...everybodySees, administrator: ['view', 'edit', 'delete', 'create', 'administer'] },
    object: { owner: ['view', 'edit'] },
    viewer: ['view', 'edit'],
  },
  group: {
    organisation: { ...everybodySees, administrator: ['view', 'edit', 'delete', 'create'] },
    object: {},
    viewer: ['view'],
  },
  token: {
    organisation: { administrator: ['view', 'delete'] },
    object: { owner: ['view', 'edit', 'delete', 'create'] },
    viewer: ['view', 'edit', 'delete', 'create'],
  },
  dataset: owned(['view', 'use', 'download']),
  // Its rows are those of its datasets: whoever may see these sees them.
  sampleSet: owned(['view', 'use']),
  task: withExecutor,
  // Building an image runs what its Dockerfile says: administrators decide whose.
  environment: { ...withExecutor, organisation: { administrator: making.administrator } },
  blueprint: owned(['view', 'use']),
  project: owned(['view'], ['run']),
  // A run, a search and a model belong to their project: a role there is a role here.
  trainingRun: owned(['view', 'download']),
  search: owned(['view'], ['run']),
  model: owned(['view', 'predict', 'download', 'deploy'], ['run']),
  // Who asks it, or deploys it, does not take it away.
  registeredModel: owned(['view', 'predict', 'deploy'], ['run', 'download']),
  algorithm: owned(['view', 'use']),
  // As of runs and models: of its registered model.
  experiment: owned(['view']),
  release: owned(['view'], ['deploy']),
  deployment: {
    organisation: { ...making, administrator: [...making.administrator, 'approve'] },
    object: { ...deployment.object, owner: [...(deployment.object.owner ?? []), 'approve'] },
    viewer: ['view', 'predict'],
  },
  // Nobody reads its values, whatever their role. Whoever may share it may let it reach a task.
  credential: owned(['view']),
  // A role on what a job works for is a role on the job.
  job: {
    organisation: { administrator: ['view', 'edit', 'delete', 'download'] },
    object: {
      owner: ['view', 'edit', 'delete', 'create', 'download'],
      editor: ['view', 'download'],
      consumer: ['view', 'download'],
    },
    viewer: ['view'],
  },
}

/** Kinds that one shares by giving others a role. */
export const sharedKinds: readonly ObjectKind[] = objectKinds.filter((kind) =>
  Object.values(rights[kind].object).some((allowed) => allowed.includes('share')),
)
