export { Groups } from './groups.tsx'
export { People } from './people.tsx'
