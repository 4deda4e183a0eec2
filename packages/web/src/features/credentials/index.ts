export { Credentials } from './credentials.tsx'
