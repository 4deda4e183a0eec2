export { ChallengersTab } from './challengers.tsx'
export { KeptRows, wordsOf } from './kept-rows.tsx'
