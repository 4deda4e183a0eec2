export { CustomEnvironments } from './custom-environments.tsx'
export { EnvironmentPage } from './environment-page.tsx'
export { NetworkRequests } from './network-requests.tsx'
