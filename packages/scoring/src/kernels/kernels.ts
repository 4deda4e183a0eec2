/** By what models are computed: both give the same bits. `webassembly` falls back to `plain` where it is not to be had. */
export type Kernels = 'webassembly' | 'plain'
