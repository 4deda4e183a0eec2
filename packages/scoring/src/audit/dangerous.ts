import { standardLibrary } from './standard-library.ts'

/** Packages whose business is to run, install or fetch things. */
const dangerousPackages: ReadonlySet<string> = new Set([
  'pip',
  'setuptools',
  'pkg_resources',
  'IPython',
  'ipykernel',
  'pexpect',
  'paramiko',
  'fabric',
  'invoke',
  'requests',
  'urllib3',
  'httpx',
  'aiohttp',
  'boto3',
  'psutil',
  'yaml',
  'torch.hub',
  'torch.jit',
  'torch.serialization',
  'numpy.distutils',
  'numpy.f2py',
  'numpy.testing',
  'numpy.lib.npyio',
  'numpy.lib._npyio_impl',
  'numpy.ctypeslib',
  'scipy.io',
  'pandas.io',
  'pandas.core.computation',
  'sklearn.datasets',
  'sklearn.utils._testing',
  'joblib.memory',
  'joblib.parallel',
  'joblib.externals',
])

/** Functions that run, open, load or look up, under whatever module they are reached. */
const dangerousNames: ReadonlySet<string> = new Set(
  `system popen Popen spawn spawnl spawnle spawnlp spawnv spawnve spawnvp execl execle execlp execv execve execvp exec eval compile
  execfile open file input raw_input getattr setattr delattr globals locals vars dir breakpoint help exit quit memoryview type super
  call check_call check_output getoutput getstatusoutput run import_module load loads load_module load_source fromfile memmap
  read_pickle read_csv read_json read_sql read_parquet read_hdf read_html read_excel runstring exec_command urlopen urlretrieve
  remove unlink rmtree rename fork kill map filter reduce apply partial`
    .trim()
    .split(/\s+/),
)

/** Why a name outside the allow-list is dangerous; undefined where it is merely unknown. */
export const whyDangerous = (module: string, name: string): string | undefined => {
  const wellFormed = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/
  if (!wellFormed.test(module) || !wellFormed.test(name)) return 'the name is no Python name'
  const lower = module.toLowerCase()
  const packageName = lower.split('.')[0] as string
  if (lower !== '__main__' && /(^|\.)__\w+__(\.|$)/.test(module) && !standardLibrary.has(module))
    return 'it reaches inside the interpreter'
  if (standardLibrary.has(packageName) || standardLibrary.has(module.split('.')[0] as string))
    return `Python's module ${module} reaches files, processes or code, and no model needs ${name} of it`
  if (name.includes('.')) return 'it walks from a module to what that module imported'
  if (/^__\w+__$/.test(name)) return 'it reaches inside the interpreter'
  for (const dangerous of dangerousPackages)
    if (module === dangerous || module.startsWith(`${dangerous}.`))
      return `${dangerous} runs or loads things, and no model needs it`
  if (dangerousNames.has(name)) return `a function called ${name} runs, loads or looks up things`
  if (standardLibrary.has(name)) return `it reaches Python's module ${name} through another`
  return undefined
}
