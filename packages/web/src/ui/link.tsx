import { Anchor, type AnchorProps, Button, type ButtonProps, Menu, type MenuItemProps } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { Ref } from 'react'

type WithRef<P> = Omit<P, 'href'> & { readonly ref?: Ref<HTMLAnchorElement> }

const AnchorElement = (props: WithRef<AnchorProps>) => <Anchor {...props} />
const ButtonElement = (props: WithRef<ButtonProps>) => <Button component="a" variant="default" {...props} />

const MenuItemElement = (props: WithRef<MenuItemProps>) => <Menu.Item component="a" {...props} />

/** A link within the pages: as text, as a button, in a menu. */
export const LinkText = createLink(AnchorElement)
export const LinkButton = createLink(ButtonElement)
export const LinkMenuItem = createLink(MenuItemElement)
