export { NewSearchPage } from './new-search-page.tsx'
export { SearchPage } from './search-page.tsx'
export { SearchesList } from './searches-list.tsx'
