import {
  ActionIcon,
  Affix,
  Alert,
  AppShell,
  Badge,
  Box,
  Burger,
  Button,
  Group,
  Menu,
  NavLink,
  Text,
  Tooltip,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import {
  IconBox,
  IconDatabase,
  IconFlask,
  IconHome,
  IconMoon,
  IconPuzzle,
  IconRocket,
  IconSchema,
  IconSearch,
  IconSettings,
  IconSun,
  IconUser,
} from '@tabler/icons-react'
import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { useWaiting } from '../features/approvals/use-waiting.ts'
import { LinkMenuItem } from '../ui/link.tsx'
import { JobsTray } from './jobs-tray.tsx'
import { useLiveChanges } from './live.ts'
import { SearchDialog } from './search.tsx'
import { useSession } from './session.tsx'
import { Shortcuts } from './shortcuts.tsx'

const places = [
  { to: '/', label: 'Home', icon: IconHome },
  { to: '/datasets', label: 'Data', icon: IconDatabase },
  { to: '/tasks', label: 'Tasks', icon: IconPuzzle },
  { to: '/blueprints', label: 'Blueprints', icon: IconSchema },
  { to: '/projects', label: 'Projects', icon: IconFlask },
  { to: '/models', label: 'Models', icon: IconBox },
  { to: '/deployments', label: 'Deployments', icon: IconRocket },
  { to: '/administration', label: 'Administration', icon: IconSettings },
] as const

/** The frame of every page: where things are, search, what runs, who one is. */
export const Shell = () => {
  const { onEnd } = useSession()
  const isLost = useLiveChanges(onEnd)
  const [open, menu] = useDisclosure(false)
  const [searching, search] = useDisclosure(false)
  const [helping, help] = useDisclosure(false)
  const path = useRouterState({ select: ({ location }) => location.pathname })
  useHotkeys([
    ['mod+K', search.open],
    ['shift+?', help.open],
  ])
  return (
    <AppShell
      header={{ height: 48 }}
      navbar={{ width: 188, breakpoint: 'sm', collapsed: { mobile: !open } }}
      padding={{ base: 'md', sm: 'xl' }}
    >
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={open} onClick={menu.toggle} hiddenFrom="sm" size="sm" aria-label="Menu" />
            <img src="/icon.svg" alt="" width={22} height={22} />
            <Text fw={600} size="lg" visibleFrom="xs">
              Modelsmith
            </Text>
          </Group>
          <Group gap="sm" wrap="nowrap">
            <Button
              variant="default"
              size="xs"
              leftSection={<IconSearch size={14} aria-hidden />}
              onClick={search.open}
              aria-keyshortcuts="Control+K"
            >
              Search
              <Text span size="xs" c="dimmed" ml="sm" visibleFrom="sm">
                Ctrl K
              </Text>
            </Button>
            <JobsTray />
            <ColorScheme />
            <Account />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" component="nav" aria-label="Main">
        {places.map(({ to, label, icon: Icon }) => (
          <NavLink
            key={to}
            component={Link}
            to={to}
            label={label}
            leftSection={<Icon size={16} aria-hidden />}
            rightSection={to === '/deployments' ? <Waiting /> : undefined}
            active={to === '/' ? path === '/' : path.startsWith(to)}
            aria-current={(to === '/' ? path === '/' : path.startsWith(to)) ? 'page' : undefined}
            onClick={menu.close}
          />
        ))}
      </AppShell.Navbar>
      <AppShell.Main id="content">
        <Box maw={1320} mx="auto">
          <Outlet />
        </Box>
      </AppShell.Main>
      {isLost ? (
        <Affix position={{ bottom: 16, left: 16 }}>
          <Alert color="yellow" variant="filled" role="alert" title="The server cannot be reached" maw={340}>
            What you see may be old. It is tried again every few seconds.
          </Alert>
        </Affix>
      ) : null}
      <SearchDialog opened={searching} onClose={search.close} />
      <Shortcuts opened={helping} onClose={help.close} />
    </AppShell>
  )
}

/** How many change requests wait for the person. */
const Waiting = () => {
  const { length } = useWaiting()
  if (length === 0) return null
  const words = `${length} ${length === 1 ? 'change request waits' : 'change requests wait'} for you`
  return (
    <Badge size="sm" variant="filled" aria-label={words} title={words}>
      {length}
    </Badge>
  )
}

const ColorScheme = () => {
  const { setColorScheme } = useMantineColorScheme()
  const dark = useComputedColorScheme('light') === 'dark'
  const label = dark ? 'Use light colours' : 'Use dark colours'
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="default"
        size="md"
        aria-label={label}
        onClick={() => setColorScheme(dark ? 'light' : 'dark')}
      >
        {dark ? <IconSun size={16} aria-hidden /> : <IconMoon size={16} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  )
}

const Account = () => {
  const { person, signOut } = useSession()
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size="md" aria-label={`Account of ${person.name}`}>
          <IconUser size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {person.name}, {person.role}
          <br />
          {person.organisation.name}
        </Menu.Label>
        <LinkMenuItem to="/administration" search={{ tab: 'tokens' }}>
          API tokens
        </LinkMenuItem>
        <Menu.Item onClick={() => void signOut()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
