export { Answers } from './answers.tsx'
export { DeploymentPage } from './deployment-page.tsx'
export { DeploymentsPage } from './deployments-page.tsx'
export { ReportPage } from './report-page.tsx'
