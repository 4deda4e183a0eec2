import type { EnvironmentLock } from './environment-lock.ts'
import type { ParameterValues } from '@modelsmith/domain'
import type { ColumnSchema, SerializedError, Table, TableSchema } from '@modelsmith/table'

/** How far user code is shut in; shown on the health page. `none` exists only for the CLI on a machine that cannot sandbox, and is said aloud. */
export type SandboxLevel = 'full' | 'reduced' | 'container' | 'none'

export type Limits = {
  readonly memoryMb: number
  readonly cpuSeconds: number
  readonly wallSeconds: number
  readonly processes: number
  readonly fileSizeMb: number
  readonly threads: number
}

/** An installed environment: an interpreter and its packages, named by the hash of its lock or of what the system has. */
export type Environment = {
  readonly name: string
  readonly language: 'python' | 'r'
  /** Identity for step keys: lock hash, interpreter version, architecture. */
  readonly fingerprint: string
  readonly interpreter: string
  /** What a session runs once it has shut itself in, where the interpreter is not itself the language of the code. */
  readonly program?: readonly string[]
  /** Folders that a sandbox must show read-only so that the interpreter runs. */
  readonly roots: readonly string[]
  /** Modules that the zygote imports before any fork (third-party only). */
  readonly preload: readonly string[]
  /** Nothing but the interpreter: its sessions can be opened, and run nothing. */
  readonly bare?: boolean
  /** It is a container image of this name: `interpreter` and `program` are paths in it. */
  readonly image?: string
  /** Folders of packages that a session puts before the interpreter's own, once it has shut itself in. */
  readonly layers?: readonly string[]
  /** Environment variables that a session needs to find what lies beside the system. */
  readonly variables?: Readonly<Record<string, string>>
  /** Fingerprint of what the zygote holds, where that is less than the environment. */
  readonly zygote?: string
  /** What it can be made from again, where it is not built in. */
  readonly lock?: EnvironmentLock
}

export type InstalledPackage = { readonly name: string; readonly version: string }

export type TargetType = 'binary' | 'multiclass' | 'regression' | 'anomaly' | 'transform'
export type Hook = 'fit' | 'transform' | 'predict' | 'score'

/** A table inside a session, by handle. */
export type HeldTable = {
  readonly table: string
  readonly columns?: readonly string[]
  /** Handle of a row selection. */
  readonly rows?: string
}
/** A table of a few rows within the message: its column block file in base64. */
export type CarriedTable = { readonly blocks: string; readonly columns?: readonly string[] }

/** A table; or side-by-side columns of several, in this order. */
export type TableRef = {
  readonly parts: readonly (HeldTable | CarriedTable)[]
  /** The hook takes sparse data: it gets it where all of the columns are. */
  readonly sparse?: boolean
  /** Nothing reads these tables afterwards: the hook may have them without a copy. */
  readonly last?: boolean
}

export type FitSpec = {
  readonly task: string
  readonly targetType: TargetType
  readonly x: TableRef
  readonly y?: TableRef
  readonly weights?: TableRef
  /** `[negative, positive]` for binary; class labels as text in canonical form for multiclass. */
  readonly classes?: readonly string[]
  readonly parameters: Readonly<Record<string, unknown>>
  /** Host folder, empty; the artifacts appear here. */
  readonly outputDir: string
  readonly seed: number
  /** Keep the fitted object in the session under this handle, as if it had been loaded from its artifacts (it is loaded afresh from them). */
  readonly keepAs?: string
}

export type LoadSpec = {
  readonly task: string
  readonly targetType: TargetType
  /** Host folder with artifacts written by `fit`. */
  readonly artifactDir: string
  readonly model: string
}

export type ApplySpec = {
  readonly model: string
  readonly task: string
  readonly targetType: TargetType
  readonly x: TableRef
  readonly classes?: readonly string[]
  readonly parameters?: Readonly<Record<string, unknown>>
  readonly seed: number
  /** Look for missing values in what a transform returned. */
  readonly lookForMissing?: boolean
  /** Handle under which the result stays in the session. Predictions: float64 columns, one a class, or `Predictions`. */
  readonly result: string
}

/** An estimator applied to a few rows, whose predictions come back in the answer. */
export type PredictSpec = Omit<ApplySpec, 'result' | 'lookForMissing'>

export type StepTimings = { readonly wallMs: number; readonly cpuMs: number; readonly peakMemoryMb: number }
export type TableShape = {
  readonly rows: number
  readonly columns: readonly ColumnSchema[]
  readonly sparse: boolean
  /** Not there where nobody asked: looking reads every value. */
  readonly missing?: boolean
}

/** A function on whole tables. What is returned: of `split` one number a row, of `evaluate` one row with a column a metric. */
export type CallSpec = {
  readonly task: string
  readonly parameters: ParameterValues
  readonly seed: number
} & (
  | { readonly function: 'split'; readonly tables: { readonly data: TableRef }; readonly rows: number }
  | {
      readonly function: 'evaluate'
      readonly tables: { readonly actual: TableRef; readonly predictions: TableRef; readonly weights?: TableRef }
      /** The predictions are one column, and are given as such. */
      readonly single: boolean
      readonly metrics: readonly string[]
    }
)

/** A hook by the name in the code, and where it is defined; a fitted object of a library has no line. */
export type HookPlace = { readonly name: string; readonly file: string; readonly line?: number }

/** A line that user code printed. */
export type Print = { readonly stream: 'stdout' | 'stderr'; readonly text: string }

/**
 * One sandboxed process that runs hooks. Calls run in order; a call rejects with a ModelsmithError:
 * `task.*` (kind userCode: traceback with file and line), `limit.*` (memory, cpu, wall, processes, disk), `session.*` (died, cancelled).
 */
export type Session = {
  readonly id: string
  readonly level: SandboxLevel
  /** Host folders for tables in passing: what lies in `input` the session may read, what it stores goes to `output`. */
  readonly input: string
  readonly output: string
  /** Makes a code folder known under a task name; the code is imported at first use. */
  addTask(task: {
    readonly name: string
    readonly codeDir: string
    /** The code is a function of this name, and has no hooks. */
    readonly function?: CallSpec['function']
  }): Promise<void>
  /** Maps a column block file (see `@modelsmith/table`, blocks) read-only; nothing is copied until rows are taken. */
  openTable(handle: string, file: string): Promise<TableShape>
  /** Rows to take, in this order. */
  setRows(handle: string, rows: Int32Array): Promise<void>
  fit(spec: FitSpec): Promise<StepTimings & { readonly artifacts: readonly string[] }>
  load(spec: LoadSpec): Promise<StepTimings>
  apply(spec: ApplySpec): Promise<StepTimings & { readonly shape: TableShape; readonly hook: HookPlace }>
  /** Nothing stays in the session, and what the hook prints comes when it comes. */
  predict(spec: PredictSpec): Promise<StepTimings & { readonly scores: Table; readonly hook: HookPlace }>
  /** Calls the function of a task. */
  call(spec: CallSpec): Promise<StepTimings & { readonly returned: Table; readonly hook: HookPlace }>
  /** Writes a table of the session as a column block file on the host. */
  storeTable(handle: string, file: string): Promise<TableSchema>
  release(handles: readonly string[]): Promise<void>
  /** Between steps of different tasks: restores modules, sys.path, cwd, environment, random state; says whether the process is clean. */
  reset(): Promise<{ readonly clean: boolean }>
  /** Stops whatever runs, within a second; the session is gone afterwards. */
  cancel(reason: string): Promise<void>
  close(): Promise<void>
  /** Resolves when the process has ended, with the reason if it was not `close`. */
  readonly ended: Promise<SerializedError | undefined>
}

export type SessionSpec = {
  readonly environment: Environment
  readonly limits: Limits
  /** Host folders that the session sees read-only (code, datasets, artifacts). */
  readonly readable: readonly string[]
  /** Host folders in which the session may write, each to the folder of its own fit: their paths have no links. */
  readonly writable: readonly string[]
  /** `public` is the machine's network; only where an administrator granted it. */
  readonly network?: 'isolated' | 'public'
  /** Environment variables that are nobody's to see: what is printed or told of a failure has them taken out. */
  readonly secrets?: Readonly<Record<string, string>>
  readonly onPrint?: (print: Print) => void
}

export type SandboxReport = {
  readonly level: SandboxLevel
  /** What was tried, whether it works, and how to get it where it does not. */
  readonly checks: readonly {
    readonly name: string
    readonly ok: boolean
    readonly detail: string
    readonly remedy?: string
  }[]
}

export type Runner = {
  /** Tries the sandbox on this machine, for real. */
  probe(): Promise<SandboxReport>
  /** Whether environments that are images can run here. */
  probeContainers(): Promise<SandboxReport['checks'][number]>
  open(spec: SessionSpec): Promise<Session>
  close(): Promise<void>
}
