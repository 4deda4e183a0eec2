import { Center, Loader } from '@mantine/core'
import { ApiError, type BrowserSession, type Person } from '@modelsmith/api'
import { useQueryClient } from '@tanstack/react-query'
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react'
import { AcceptInvitation } from './accept-invitation.tsx'
import { client, setCsrfToken } from './client.ts'
import { SignIn } from './sign-in.tsx'

type Session = {
  readonly person: Person
  readonly signOut: () => Promise<void>
  /** The server knows the session no longer. */
  readonly onEnd: () => void
}
const SessionContext = createContext<Session | undefined>(undefined)
/** A link that is opened where the page is open already changes no more than this. */
const onHashChange = (told: () => void) => {
  window.addEventListener('hashchange', told)
  return () => window.removeEventListener('hashchange', told)
}

export const useSession = (): Session => {
  const session = useContext(SessionContext)
  if (session === undefined) throw new Error('Nobody is signed in.')
  return session
}

type State =
  | { readonly kind: 'asking' }
  | { readonly kind: 'out' }
  | { readonly kind: 'in'; readonly session: BrowserSession }

/** Shows the pages to whoever is signed in, and the way in to everybody else. */
export const SessionGate = ({ children }: { readonly children: ReactNode }) => {
  const hash = useSyncExternalStore(onHashChange, () => location.hash)
  const [state, setState] = useState<State>({ kind: 'asking' })
  const enter = (session: BrowserSession) => {
    setCsrfToken(session.csrfToken)
    setState({ kind: 'in', session })
  }
  const leave = useCallback(() => {
    setCsrfToken('')
    setState({ kind: 'out' })
  }, [])
  useEffect(() => {
    client.call('currentSession').then(enter, () => setState({ kind: 'out' }))
  }, [])
  const queries = useQueryClient()
  useEffect(
    () =>
      queries.getQueryCache().subscribe(({ query }) => {
        const { error } = query.state
        if (error instanceof ApiError && error.problem.status === 401) {
          queries.clear()
          leave()
        }
      }),
    [queries, leave],
  )
  if (state.kind === 'asking') {
    return (
      <Center mih="100vh">
        <Loader aria-label="Loading" />
      </Center>
    )
  }
  if (state.kind === 'out') {
    const invitation = new URLSearchParams(hash.slice(1)).get('invitation')
    return invitation === null ? <SignIn onEnter={enter} /> : <AcceptInvitation secret={invitation} onEnter={enter} />
  }
  const signOut = async () => {
    const { providerUrl } = await client.call('signOut')
    leave()
    if (providerUrl !== null) location.assign(providerUrl)
  }
  const { person } = state.session
  return <SessionContext.Provider value={{ person, signOut, onEnd: leave }}>{children}</SessionContext.Provider>
}
