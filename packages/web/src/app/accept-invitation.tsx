import { Button, Center, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { ApiError, type BrowserSession } from '@modelsmith/api'
import { type FormEvent, useState } from 'react'
import { ErrorPanel } from '../ui/error-panel.tsx'
import { client } from './client.ts'

type AcceptInvitationProps = { readonly secret: string; readonly onEnter: (session: BrowserSession) => void }

/** Whoever was invited, or forgot theirs, chooses a password, and is in. */
export const AcceptInvitation = ({ secret, onEnter }: AcceptInvitationProps) => {
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setProblem(undefined)
    try {
      const session = await client.call('acceptInvitation', { body: { secret, password } })
      // It is of no use any more, and belongs in no history.
      history.replaceState(null, '', '/')
      onEnter(session)
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
            <Text>Choose a password to sign in with.</Text>
            <PasswordInput
              label="New password"
              description="At least 12 characters"
              autoComplete="new-password"
              minLength={12}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              required
            />
            {problem === undefined ? null : <ErrorPanel error={problem} />}
            <Button type="submit" loading={busy}>
              Choose password
            </Button>
          </Stack>
        </form>
      </Paper>
    </Center>
  )
}
