export { ChallengersTab } from './challengers.tsx'
