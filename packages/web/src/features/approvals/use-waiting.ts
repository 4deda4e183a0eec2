import { useCall } from '../../app/client.ts'

/** The open requests that wait for the person among others; none while that is not known. */
export const useWaiting = () => {
  const { data } = useCall('listChangeRequests', { query: { state: 'open', limit: 200 } })
  return (data?.items ?? []).filter(({ mayDecide }) => mayDecide)
}
