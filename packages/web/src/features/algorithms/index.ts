export { AlgorithmPage, NewAlgorithmPage } from './algorithm-page.tsx'
export { CustomAlgorithms } from './custom-algorithms.tsx'
