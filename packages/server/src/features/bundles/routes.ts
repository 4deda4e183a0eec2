import type { Routes } from '../../infra/http/handler.ts'
import type { Bundles } from './service.ts'

export const bundleRoutes = (bundles: Bundles): Routes<'downloadTrainingRun' | 'downloadJob'> => ({
  downloadTrainingRun: ({ caller, params }) => bundles.training(caller, params.id),
  downloadJob: ({ caller, params }) => bundles.job(caller, params.id),
})
