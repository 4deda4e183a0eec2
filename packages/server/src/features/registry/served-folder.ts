/** Below it lies, in an archive, what answers. */
export const servedFolder = 'served'
