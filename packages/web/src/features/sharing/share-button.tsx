import { Button } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import { useState } from 'react'
import { ShareDialog } from './share-dialog.tsx'
import { useAccess } from './use-access.ts'

/** Who has a role on an object, on its page. */
export const ShareButton = ({ id }: { readonly id: string }) => {
  const { access, can } = useAccess(id)
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconUsers size={16} aria-hidden />}
        disabled={access === undefined}
        onClick={() => setOpen(true)}
      >
        {access === undefined || can('share') ? 'Share' : 'Shared with'}
      </Button>
      {open && access !== undefined ? <ShareDialog access={access} onClose={() => setOpen(false)} /> : null}
    </>
  )
}
