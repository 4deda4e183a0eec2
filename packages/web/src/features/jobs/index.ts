export { JobPage } from './job-page.tsx'
export { JobPanel } from './job-panel.tsx'
export { JobsPage } from './jobs-page.tsx'
export { LogView } from './log-view.tsx'
