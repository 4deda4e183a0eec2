import {
  Anchor,
  Button,
  Center,
  Divider,
  Paper,
  PasswordInput,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { ApiError, type BrowserSession, type SignInWays } from '@modelsmith/api'
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { ErrorPanel } from '../ui/error-panel.tsx'
import { client } from './client.ts'

type EnterProps = { readonly onEnter: (session: BrowserSession) => void }

/** What one sees without a session: one sheet in the middle. */
const Sheet = ({ children }: { readonly children: ReactNode }) => (
  <Center component="main" mih="100vh" p="md">
    <Paper withBorder p="xl" w={380} maw="100%">
      {children}
    </Paper>
  </Center>
)

const known = (error: unknown): unknown =>
  error instanceof ApiError ? error : new Error('The server cannot be reached.')

/** Where the provider sends the browser back to. */
const returnPath = '/sign-in'
/** What this tab keeps while it is at the provider: nobody else's answer is taken for its own. */
const attemptKey = 'modelsmith-sign-in'

type Attempt = { readonly secret: string; readonly back: string }

const takeAttempt = (): Attempt | undefined => {
  const kept = sessionStorage.getItem(attemptKey)
  sessionStorage.removeItem(attemptKey)
  return kept === null ? undefined : (JSON.parse(kept) as Attempt)
}

/** Whoever is not signed in, or comes back from the provider. */
export const SignIn = ({ onEnter }: EnterProps) => {
  const [returned, setReturned] = useState(location.pathname === returnPath && location.search !== '')
  const [problem, setProblem] = useState<unknown>()
  const leave = (failed: unknown) => {
    history.replaceState(null, '', '/')
    setProblem(failed)
    setReturned(false)
  }
  return returned ? (
    <Returned onEnter={onEnter} onFailure={leave} />
  ) : (
    <Ways onEnter={onEnter} problem={problem} setProblem={setProblem} />
  )
}

const Returned = ({ onEnter, onFailure }: EnterProps & { readonly onFailure: (problem: unknown) => void }) => {
  const begun = useRef(false)
  useEffect(() => {
    // An answer is good once.
    if (begun.current) return
    begun.current = true
    const { secret = '', back = '/' } = takeAttempt() ?? {}
    client.call('signInByOidc', { body: { secret, search: location.search } }).then(
      (session) => {
        history.replaceState(null, '', back)
        onEnter(session)
      },
      (error: unknown) => onFailure(known(error)),
    )
  }, [onEnter, onFailure])
  return (
    <Sheet>
      <Title order={1}>Modelsmith</Title>
      <Text role="status">You are being signed in.</Text>
    </Sheet>
  )
}

type WaysProps = EnterProps & { readonly problem: unknown; readonly setProblem: (problem: unknown) => void }

const Ways = ({ onEnter, problem, setProblem }: WaysProps) => {
  const [ways, setWays] = useState<SignInWays>()
  const [way, setWay] = useState('token')
  const [token, setToken] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [forgotten, setForgotten] = useState(false)
  useEffect(() => {
    // Without an answer the ways that are always there stay.
    client.call('signInWays').then(setWays, () => {})
  }, [])
  const act = async (work: () => Promise<void>) => {
    setBusy(true)
    setProblem(undefined)
    try {
      await work()
    } catch (error) {
      setProblem(known(error))
    } finally {
      setBusy(false)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void act(async () => {
      const session = await client.call('signIn', { body: way === 'token' ? { token } : { email, password } })
      // Nothing is shown there to whoever is in.
      if (location.pathname === returnPath) history.replaceState(null, '', '/')
      onEnter(session)
    })
  }
  const goToProvider = () =>
    void act(async () => {
      const { url, secret } = await client.call('beginOidc')
      const back = location.pathname === returnPath ? '/' : `${location.pathname}${location.search}`
      sessionStorage.setItem(attemptKey, JSON.stringify({ secret, back } satisfies Attempt))
      location.assign(url)
    })
  if (forgotten) return <Forgotten email={email} onBack={() => setForgotten(false)} />
  return (
    <Sheet>
      <form onSubmit={submit}>
        <Stack>
          <Title order={1}>Modelsmith</Title>
          {ways === undefined || ways.oidc === null ? null : (
            <>
              <Button onClick={goToProvider} loading={busy}>
                Sign in with {ways.oidc.name}
              </Button>
              <Divider label="or" />
            </>
          )}
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
              {ways?.passwordReset === true ? (
                <Anchor component="button" type="button" size="sm" ta="left" onClick={() => setForgotten(true)}>
                  Forgot the password?
                </Anchor>
              ) : null}
            </>
          )}
          {problem === undefined ? null : <ErrorPanel error={problem} />}
          <Button type="submit" loading={busy} variant={ways?.oidc ? 'default' : 'filled'}>
            Sign in
          </Button>
          <Text size="xs" c="dimmed">
            A self-hosted platform for custom modeling.
          </Text>
        </Stack>
      </form>
    </Sheet>
  )
}

/** Asks for a link to choose a new password by; what is answered tells nobody who has an account. */
const Forgotten = ({ email: first, onBack }: { readonly email: string; readonly onBack: () => void }) => {
  const [email, setEmail] = useState(first)
  const [sent, setSent] = useState(false)
  const [problem, setProblem] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setProblem(undefined)
    try {
      await client.call('forgotPassword', { body: { email } })
      setSent(true)
    } catch (error) {
      setProblem(known(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Sheet>
      <form onSubmit={submit}>
        <Stack>
          <Title order={1}>Modelsmith</Title>
          {sent ? (
            <Text role="status">
              If somebody here has the address {email}, a link to choose a new password is on its way. It is good for an
              hour.
            </Text>
          ) : (
            <>
              <Text>A link to choose a new password is sent to your e-mail address.</Text>
              <TextInput
                label="E-mail address"
                type="email"
                autoComplete="username"
                value={email}
                onChange={(event) => setEmail(event.currentTarget.value)}
                required
              />
            </>
          )}
          {problem === undefined ? null : <ErrorPanel error={problem} />}
          {sent ? null : (
            <Button type="submit" loading={busy}>
              Send the link
            </Button>
          )}
          <Button variant="default" onClick={onBack}>
            Back to sign in
          </Button>
        </Stack>
      </form>
    </Sheet>
  )
}
