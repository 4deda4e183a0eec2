export { RequestPage } from './request-page.tsx'
export { RowsTab } from './rows-tab.tsx'
