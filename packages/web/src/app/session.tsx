import {
  Button,
  Center,
  Loader,
  Paper,
  PasswordInput,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { ApiError, type BrowserSession, type Person } from '@modelsmith/api'
import { useQueryClient } from '@tanstack/react-query'
import { createContext, type FormEvent, type ReactNode, useCallback, useContext, useEffect, useState } from 'react'
import { ErrorPanel } from '../ui/error-panel.tsx'
import { AcceptInvitation } from './accept-invitation.tsx'
import { client, setCsrfToken } from './client.ts'

type Session = {
  readonly person: Person
  readonly signOut: () => Promise<void>
  /** The server knows the session no longer. */
  readonly onEnd: () => void
}
const SessionContext = createContext<Session | undefined>(undefined)

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
    const invitation = new URLSearchParams(location.search).get('invitation')
    return invitation === null ? <SignIn onEnter={enter} /> : <AcceptInvitation secret={invitation} onEnter={enter} />
  }
  const signOut = async () => {
    await client.call('signOut')
    leave()
  }
  const { person } = state.session
  return <SessionContext.Provider value={{ person, signOut, onEnd: leave }}>{children}</SessionContext.Provider>
}

const SignIn = ({ onEnter }: { readonly onEnter: (session: BrowserSession) => void }) => {
  const [way, setWay] = useState('token')
  const [token, setToken] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setProblem(undefined)
    try {
      onEnter(await client.call('signIn', { body: way === 'token' ? { token } : { email, password } }))
    } catch (error) {
      setProblem(error instanceof ApiError ? error : new Error('The server cannot be reached.'))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder p="xl" w={380} maw="100%">
        <form onSubmit={submit}>
          <Stack>
            <Title order={1}>Modelsmith</Title>
            <SegmentedControl
              aria-label="Way to sign in"
              value={way}
              onChange={setWay}
              data={[
                { value: 'token', label: 'With a token' },
                { value: 'password', label: 'With a password' },
              ]}
            />
            {way === 'token' ? (
              <PasswordInput
                label="API token"
                description="The first start printed one: it begins with msk_"
                value={token}
                onChange={(event) => setToken(event.currentTarget.value)}
                required
              />
            ) : (
              <>
                <TextInput
                  label="E-mail address"
                  type="email"
                  autoComplete="username"
                  value={email}
                  onChange={(event) => setEmail(event.currentTarget.value)}
                  required
                />
                <PasswordInput
                  label="Password"
                  autoComplete="current-password"
                  value={password}
                  onChange={(event) => setPassword(event.currentTarget.value)}
                  required
                />
              </>
            )}
            {problem === undefined ? null : <ErrorPanel error={problem} />}
            <Button type="submit" loading={busy}>
              Sign in
            </Button>
            <Text size="xs" c="dimmed">
              A self-hosted platform for custom modeling.
            </Text>
          </Stack>
        </form>
      </Paper>
    </Center>
  )
}
