export { NewTaskPage } from './new-task-page.tsx'
export { TaskPage } from './task-page.tsx'
export { TasksPage } from './tasks-page.tsx'
