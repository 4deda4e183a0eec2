import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  stringifySearchWith,
} from '@tanstack/react-router'
import { ErrorPanel } from '../ui/error-panel.tsx'
import { NotFound } from './not-found.tsx'
import { Shell } from './shell.tsx'

const searchKeys = [
  // What a form starts with.
  'dataset',
  'blueprint',
  'task',
  'model',
  'project',
  'repository',
  // What of the page is shown.
  'tab',
  'column',
  'challenger',
  'compare',
  'feature',
  'file',
  'fold',
  'insight',
  'job',
  'metric',
  'part',
  'row',
  'from',
  'to',
  'release',
  'value',
  'least',
  'most',
  'predicted',
  'actual',
  'cursor',
  'search',
  'sort',
  'status',
  'threshold',
  'version',
  'view',
  'way',
  'with',
  'language',
  'package',
  'below',
] as const

/** What an address may say beside the object. */
type Search = { readonly [Key in (typeof searchKeys)[number]]?: string }

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

const validateSearch = (search: Record<string, unknown>): Search =>
  Object.fromEntries(
    searchKeys.flatMap((name) => (text(search[name]) === undefined ? [] : [[name, text(search[name])]])),
  )

const root = createRootRoute({
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: ({ error }) => <ErrorPanel error={error} />,
  validateSearch,
})
const getParentRoute = () => root

const home = () => import('../features/home/index.ts')
const datasets = () => import('../features/datasets/index.ts')
const sampleSets = () => import('../features/sample-sets/index.ts')
const tasks = () => import('../features/tasks/index.ts')
const blueprints = () => import('../features/blueprints/index.ts')
const projects = () => import('../features/projects/index.ts')
const searches = () => import('../features/searches/index.ts')
const models = () => import('../features/models/index.ts')
const algorithms = () => import('../features/algorithms/index.ts')
const hosting = () => import('../features/hosting/index.ts')
const deployments = () => import('../features/deployments/index.ts')
const approvals = () => import('../features/approvals/index.ts')
const jobs = () => import('../features/jobs/index.ts')
const environments = () => import('../features/environments/index.ts')
const administration = () => import('../features/administration/index.ts')

const routeTree = root.addChildren([
  createRoute({ getParentRoute, path: '/', component: lazyRouteComponent(home, 'HomePage') }),
  createRoute({ getParentRoute, path: '/datasets', component: lazyRouteComponent(datasets, 'DatasetsPage') }),
  createRoute({ getParentRoute, path: '/datasets/$id', component: lazyRouteComponent(datasets, 'DatasetPage') }),
  createRoute({ getParentRoute, path: '/sample-sets', component: lazyRouteComponent(sampleSets, 'SampleSetsPage') }),
  createRoute({
    getParentRoute,
    path: '/sample-sets/new',
    component: lazyRouteComponent(sampleSets, 'NewSampleSetPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/sample-sets/$id/edit',
    component: lazyRouteComponent(sampleSets, 'EditSampleSetPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/sample-sets/$id',
    component: lazyRouteComponent(sampleSets, 'SampleSetPage'),
  }),
  createRoute({ getParentRoute, path: '/tasks', component: lazyRouteComponent(tasks, 'TasksPage') }),
  createRoute({ getParentRoute, path: '/tasks/new', component: lazyRouteComponent(tasks, 'NewTaskPage') }),
  createRoute({ getParentRoute, path: '/tasks/$id', component: lazyRouteComponent(tasks, 'TaskPage') }),
  createRoute({ getParentRoute, path: '/blueprints', component: lazyRouteComponent(blueprints, 'BlueprintsPage') }),
  createRoute({
    getParentRoute,
    path: '/blueprints/new',
    component: lazyRouteComponent(blueprints, 'NewBlueprintPage'),
  }),
  createRoute({ getParentRoute, path: '/blueprints/$id', component: lazyRouteComponent(blueprints, 'BlueprintPage') }),
  createRoute({ getParentRoute, path: '/projects', component: lazyRouteComponent(projects, 'ProjectsPage') }),
  createRoute({ getParentRoute, path: '/projects/new', component: lazyRouteComponent(projects, 'NewProjectPage') }),
  createRoute({ getParentRoute, path: '/projects/$id', component: lazyRouteComponent(projects, 'ProjectPage') }),
  createRoute({
    getParentRoute,
    path: '/training-runs/$id',
    component: lazyRouteComponent(projects, 'TrainingRunPage'),
  }),
  createRoute({ getParentRoute, path: '/searches/new', component: lazyRouteComponent(searches, 'NewSearchPage') }),
  createRoute({ getParentRoute, path: '/searches/$id', component: lazyRouteComponent(searches, 'SearchPage') }),
  createRoute({ getParentRoute, path: '/models', component: lazyRouteComponent(models, 'ModelsPage') }),
  createRoute({ getParentRoute, path: '/models/$id', component: lazyRouteComponent(models, 'ModelPage') }),
  createRoute({
    getParentRoute,
    path: '/registered-models/$id',
    component: lazyRouteComponent(hosting, 'RegisteredModelPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/algorithms/new',
    component: lazyRouteComponent(algorithms, 'NewAlgorithmPage'),
  }),
  createRoute({ getParentRoute, path: '/algorithms/$id', component: lazyRouteComponent(algorithms, 'AlgorithmPage') }),
  createRoute({ getParentRoute, path: '/releases/$id', component: lazyRouteComponent(hosting, 'ReleasePage') }),
  createRoute({ getParentRoute, path: '/experiments/$id', component: lazyRouteComponent(hosting, 'ExperimentPage') }),
  createRoute({ getParentRoute, path: '/deployments', component: lazyRouteComponent(deployments, 'DeploymentsPage') }),
  createRoute({
    getParentRoute,
    path: '/deployments/packages',
    component: lazyRouteComponent(deployments, 'FindPackagePage'),
  }),
  createRoute({
    getParentRoute,
    path: '/deployments/$id',
    component: lazyRouteComponent(deployments, 'DeploymentPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/deployments/$id/requests/$request',
    component: lazyRouteComponent(deployments, 'RequestPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/deployments/$id/report',
    component: lazyRouteComponent(deployments, 'ReportPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/change-requests',
    component: lazyRouteComponent(approvals, 'ChangeRequestsPage'),
  }),
  createRoute({ getParentRoute, path: '/jobs', component: lazyRouteComponent(jobs, 'JobsPage') }),
  createRoute({ getParentRoute, path: '/jobs/$id', component: lazyRouteComponent(jobs, 'JobPage') }),
  createRoute({
    getParentRoute,
    path: '/environments/$id',
    component: lazyRouteComponent(environments, 'EnvironmentPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/administration',
    component: lazyRouteComponent(administration, 'AdministrationPage'),
  }),
])

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  scrollRestoration: true,
  // Everything in the search part is text, also what looks like a number.
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: stringifySearchWith(String),
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
