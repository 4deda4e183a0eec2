/** By which the page's policy knows the styles that libraries put into it; of a page that the server did not send, none. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''

// Where `get-nonce`, by which dialogs keep the page from scrolling, looks for it.
Object.assign(globalThis, { __webpack_nonce__: nonce })
