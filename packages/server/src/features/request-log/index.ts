export { addRequests, forgetSegments, isFirstTime } from './add.ts'
export { findRequest, listRequests, type LogRow, toLogRow } from './read.ts'
