import type { Project } from '@modelsmith/api'
import { describe, expect, it } from 'vitest'
import { type Actions, type Files, limits, type Said, saidBy } from './platform.ts'

const indented = (body: string): string => body.replaceAll(/^/gm, '    ')

/** `custom.py` whose fit has this body, from line 2 on. */
const inFit = (body: string): Files => ({
  'custom.py': `def fit(X, y, output_dir):\n${indented(body)}\n\ndef predict(data, model):\n    return [0.0] * len(data)\n`,
})

/** `custom.py` that fits, and whose hook has this body, from line 2 on. */
const inHook = (hook: string, body: string): Files => ({
  'custom.py': `def ${hook}(data, model):\n${indented(body)}\n\ndef fit(X, y, output_dir):\n    import joblib\n    joblib.dump({}, output_dir + "/model.joblib")\n`,
})

/** An error at a line of the task's code; its message as it is said of a node. */
const at = (file: string, line: number, code: string, message: string, hint?: string): Said => ({
  code,
  message: `Node "suspect" (Suspect): ${file}, line ${line}: ${message}`,
  ...(hint === undefined ? {} : { hint }),
  place: { file, line, node: 'suspect' },
})
/** An error of which no line is known. */
const inFile = (code: string, message: string, hint: string): Said => ({
  code,
  message: `Node "suspect" (Suspect): custom.py: ${message}`,
  hint,
  place: { file: 'custom.py', node: 'suspect' },
})

const hints = {
  time: 'Look for an endless loop, or raise the limit: resources.timeoutSeconds in model-metadata.yaml for `modelsmith fit`, MODELSMITH_STEP_SECONDS on a server.',
  memory:
    'Use less memory, or raise the limit: resources.memoryMb in model-metadata.yaml for `modelsmith fit`, MODELSMITH_SESSION_MB on a server.',
  processes: 'Start fewer: n_jobs=1 is enough where the platform runs steps in parallel.',
  died: 'A library may have crashed, or the code may have ended its own process.',
  folders:
    'Only output_dir and the temporary folder can be written; of other files only those of the task folder can be read.',
  network: 'A task has no network: put what it needs into its folder.',
  frame: 'Return a pandas DataFrame with one row for each row of the input.',
  finite: 'Missing or very large values in the input often cause this; fill them before the estimator.',
}
const tooLong = `The code did not end within ${limits.stepSeconds} s and was stopped.`
const tooMuch = `The code asked for more than the ${limits.sessionMb} MB of memory that it may have.`
const tooMany = 'The code started more than the 128 processes and threads that it may have.'

type Case = { readonly files: Files; readonly error: Said }
type Cases = Readonly<Record<string, Case>>

const broken: Cases = {
  'with a syntax error': {
    files: { 'custom.py': 'def fit(X, y, output_dir):\n    return = 1\n' },
    error: at('custom.py', 2, 'task.syntax', 'SyntaxError: invalid syntax.'),
  },
  'with a syntax error in a helper': {
    files: { 'custom.py': 'import helper\n', 'helper.py': '\nreturn 1\n' },
    error: at('helper.py', 2, 'task.syntax', "SyntaxError: 'return' outside function."),
  },
  'that imports a package which does not exist': {
    files: { 'custom.py': 'import os\nimport nobody_has_this\n' },
    error: at(
      'custom.py',
      2,
      'task.import',
      "No module named 'nobody_has_this'.",
      'Choose an environment that has the package; a helper module must lie in the task folder.',
    ),
  },
  'that raises while it is imported': {
    files: { 'custom.py': 'import helper\n', 'helper.py': '\n\n1 / 0\n' },
    error: at('helper.py', 3, 'task.raised', 'ZeroDivisionError: division by zero'),
  },
  'without any hook': {
    files: { 'custom.py': 'x = 1\n' },
    error: inFile(
      'task.noHooks',
      'None of the hooks is defined: fit, load_model, predict, predict_proba, score, transform.',
      'Define them as functions, or as methods of a class named CustomTask.',
    ),
  },
  'without fit': {
    files: { 'custom.py': 'def predict(data, model):\n    return data\n' },
    error: inFile('task.noFit', 'The task has no fit hook.', 'Define fit(X, y, output_dir, **kwargs).'),
  },
  'without a hook that predicts': {
    files: {
      'custom.py': 'import joblib\n\ndef fit(X, y, output_dir):\n    joblib.dump({}, output_dir + "/model.joblib")\n',
    },
    error: inFile(
      'task.noHook',
      'The task has no hook predict or score, and its artifact has no such method.',
      'Define one of them.',
    ),
  },
  'whose fit asks for what nobody gives': {
    files: { 'custom.py': '\ndef fit(X, y, output_dir, epochs):\n    pass\n' },
    error: at(
      'custom.py',
      2,
      'task.signature',
      'fit asks for epochs, which nobody gives.',
      'Write fit(X, y, output_dir, **kwargs).',
    ),
  },
}

const failing: Cases = {
  raises: {
    files: inFit('raise ValueError("no column named z")'),
    error: at('custom.py', 2, 'task.raised', 'ValueError: no column named z'),
  },
  'raises in a helper': {
    files: {
      'custom.py': 'from parts import helper\n\ndef fit(X):\n    helper.train(X)\n',
      'parts/helper.py': 'def train(X):\n    return X["z"]\n',
    },
    error: at('parts/helper.py', 2, 'task.raised', "KeyError: 'z'"),
  },
  'raises within a library': {
    files: inFit('import numpy\nnumpy.linalg.inv(numpy.zeros((2, 2)))'),
    error: at('custom.py', 3, 'task.raised', 'LinAlgError: Singular matrix'),
  },
  'writes nothing': {
    files: inFit('return {"a": 1}'),
    error: at(
      'custom.py',
      1,
      'task.noArtifact',
      'fit wrote nothing to output_dir.',
      "Save the fitted object there, such as with joblib.dump(model, os.path.join(output_dir, 'model.joblib')).",
    ),
  },
  'writes two artifacts': {
    files: inFit('import joblib\nfor name in "ab": joblib.dump(1, output_dir + "/" + name + ".pkl")'),
    error: at(
      'custom.py',
      1,
      'task.artifacts',
      'There are 2 artifacts that can be loaded without load_model (.pkl, .joblib, .pth, .h5); exactly one was expected. fit wrote: a.pkl, b.pkl.',
      'Write one such file, or define load_model(code_dir).',
    ),
  },
  'writes an artifact that is none': {
    files: inFit('open(output_dir + "/model.pkl", "w").write("nonsense")'),
    error: at(
      'custom.py',
      1,
      'task.artifactUnreadable',
      "The artifact model.pkl cannot be loaded: UnpicklingError: invalid load key, 'n'.",
      'Write it with pickle.dump or joblib.dump, or define load_model(code_dir).',
    ),
  },
  exits: {
    files: inFit('import sys\nsys.exit(3)'),
    error: at(
      'custom.py',
      3,
      'task.exit',
      'The code called exit (status 3).',
      'Raise an error that says what is wrong; a hook that is done returns.',
    ),
  },
  'ends its own process': {
    files: inFit('import os\nos._exit(3)'),
    error: at('custom.py', 1, 'session.died', 'The process that ran the code ended (status 3).', hints.died),
  },
  crashes: {
    files: inFit('import ctypes\nctypes.string_at(0)'),
    error: at('custom.py', 3, 'session.died', 'The process that ran the code ended (signal 11).', hints.died),
  },
  'eats all memory': {
    files: inFit('kept = []\nwhile True: kept.append(bytearray(10_000_000))'),
    error: at('custom.py', 3, 'limit.memory', tooMuch, hints.memory),
  },
  'asks for more memory than there is': {
    files: inFit('import numpy\nnumpy.ones((100_000, 100_000))'),
    error: at('custom.py', 3, 'limit.memory', tooMuch, hints.memory),
  },
  'fills the temporary folder': {
    files: inFit('with open("/tmp/full", "wb") as file:\n    while True: file.write(bytes(10_000_000))'),
    error: at(
      'custom.py',
      3,
      'task.raised',
      'OSError: [Errno 28] No space left on device',
      'The temporary folder is small and lies in memory: write large files to output_dir.',
    ),
  },
  'forks without end': {
    files: inFit('import os, time\nwhile os.fork() > 0: pass\ntime.sleep(60)'),
    error: at('custom.py', 3, 'limit.processes', tooMany, hints.processes),
  },
  'starts threads without end': {
    files: inFit('import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(60,)).start()'),
    error: at('custom.py', 3, 'limit.processes', tooMany, hints.processes),
  },
  'writes outside of its folders': {
    files: inFit('open("/usr/outside.txt", "w")'),
    error: at(
      'custom.py',
      2,
      'task.raised',
      "OSError: [Errno 30] Read-only file system: '/usr/outside.txt'",
      hints.folders,
    ),
  },
  'writes into its code': {
    files: inFit('open(__file__, "w")'),
    error: at('custom.py', 2, 'task.raised', "OSError: [Errno 30] Read-only file system: 'custom.py'", hints.folders),
  },
  'reads the passwords of the machine': {
    files: inFit('open("/etc/shadow").read()'),
    error: at(
      'custom.py',
      2,
      'task.raised',
      "FileNotFoundError: [Errno 2] No such file or directory: '/etc/shadow'",
      'A task sees the files of its own folder and nothing else of the machine; its path is that of __file__.',
    ),
  },
  'opens a socket': {
    files: inFit('import socket\nsocket.create_connection(("192.0.2.1", 80), timeout=3)'),
    error: at('custom.py', 3, 'task.raised', 'OSError: [Errno 101] Network is unreachable', hints.network),
  },
  'never ends': {
    files: inFit('while True: pass'),
    error: at('custom.py', 2, 'limit.wall', tooLong, hints.time),
  },
  'never ends and catches everything': {
    files: inFit('import time\nwhile True:\n    try: time.sleep(60)\n    except BaseException: pass'),
    error: at('custom.py', 4, 'limit.wall', tooLong, hints.time),
  },
}

/** A returned value that breaks the contract as the findings of the platform say. */
const breaks = (hook: string, problems: string, hint: string): Said =>
  at('custom.py', 1, 'task.contract', `${hook} breaks the task contract: ${problems}`, hint)

const frameExpected = (hook: string, found: string): Said =>
  at('custom.py', 1, 'task.output', `${hook} returned ${found}; a DataFrame was expected.`, hints.frame)

const predicting: Cases = {
  raises: {
    files: inHook('predict', 'raise KeyError("size")'),
    error: at('custom.py', 2, 'task.raised', "KeyError: 'size'"),
  },
  'returns nothing': { files: inHook('predict', 'pass'), error: frameExpected('predict', 'NoneType') },
  'returns text': { files: inHook('predict', 'return "0.5"'), error: frameExpected('predict', 'str') },
  'returns a cube': {
    files: inHook('predict', 'import numpy\nreturn numpy.zeros((len(data), 2, 2))'),
    error: frameExpected('predict', 'ndarray'),
  },
  'returns too few rows': {
    files: inHook('predict', 'return [0.0] * (len(data) - 1)'),
    error: at(
      'custom.py',
      1,
      'task.rows',
      'predict returned 23 rows for 24 rows of input.',
      'One row out for each row in, in the same order.',
    ),
  },
  'returns words': {
    files: inHook('predict', 'return ["high"] * len(data)'),
    error: at(
      'custom.py',
      1,
      'task.notNumeric',
      "predict returned 'high' in row 1, where a number was expected.",
      'Return numbers; for classes their probabilities, not their labels.',
    ),
  },
  'returns two columns': {
    files: inHook('predict', 'return data[["size", "amount"]]'.replace('amount', 'same')),
    error: at(
      'custom.py',
      1,
      'task.predictions',
      'predict returned 2 columns ("size", "same"); one was expected.',
      'Return one numeric column named Predictions.',
    ),
  },
  'returns what is no number': {
    files: inHook('predict', 'return [float("nan")] + [float("inf")] + [0.0] * (len(data) - 2)'),
    error: breaks(
      'predict',
      'Column "Predictions" of the predictions of task "Suspect" must be finite numbers, 2 rows are not (the first is row 1).',
      hints.finite,
    ),
  },
}

const classifying: Cases = {
  'are no numbers': {
    files: inHook('predict_proba', 'import numpy\nreturn numpy.full((len(data), 2), numpy.nan)'),
    error: breaks(
      'predict_proba',
      ['no', 'yes']
        .map(
          (name) =>
            `Column "${name}" of the predictions of task "Suspect" must be finite numbers, 24 rows are not (the first is row 1).`,
        )
        .join(' '),
      hints.finite,
    ),
  },
  'are above 1 and below 0': {
    files: inHook('predict_proba', 'return [[1.5, -0.5]] * len(data)'),
    error: breaks(
      'predict_proba',
      'Probabilities of task "Suspect" must lie between 0 and 1; class "no" breaks that in 24 rows (row 1 has 1.5). Probabilities of task "Suspect" must lie between 0 and 1; class "yes" breaks that in 24 rows (row 1 has -0.5).',
      'Return probabilities, not scores or decision values.',
    ),
  },
  'do not sum to 1': {
    files: inHook('predict_proba', 'return [[0.3, 0.3]] * len(data)'),
    error: breaks(
      'predict_proba',
      'Probabilities of task "Suspect" must sum to 1 in each row; 24 rows do not (row 1 sums to 0.6).',
      'Divide each row by its sum, or return one column for every class.',
    ),
  },
  'bear other names': {
    files: inHook(
      'predict_proba',
      'import pandas\nreturn pandas.DataFrame({"ja": [0.5] * len(data), "nein": [0.5] * len(data)})',
    ),
    error: at(
      'custom.py',
      1,
      'task.classNames',
      'predict_proba returned the columns "ja", "nein"; one for each class was expected: "no", "yes".',
      'Name the columns by class; any order will do.',
    ),
  },
  'are labels': {
    files: inHook('predict_proba', 'return ["yes"] * len(data)'),
    error: at(
      'custom.py',
      1,
      'task.notNumeric',
      "predict_proba returned 'yes' in row 1, where a number was expected.",
      'Return numbers; for classes their probabilities, not their labels.',
    ),
  },
}

const transforming: Cases = {
  'returns nothing': { files: inHook('transform', 'pass'), error: frameExpected('transform', 'NoneType') },
  'drops rows': {
    files: inHook('transform', 'return data.iloc[1:]'),
    error: at(
      'custom.py',
      1,
      'task.rows',
      'transform returned 23 rows for 24 rows of input.',
      'One row out for each row in, in the same order.',
    ),
  },
  'repeats a column': {
    files: inHook('transform', 'import pandas\nreturn pandas.concat([data[["size"]], data[["size"]]], axis=1)'),
    error: at(
      'custom.py',
      1,
      'task.columns',
      'transform returned more than one column named "size".',
      'Give every column a name of its own.',
    ),
  },
  'returns texts against its schema': {
    files: inHook(
      'transform',
      'import pandas\nreturn pandas.DataFrame({"a": ["word %d" % at for at in range(len(data))]})',
    ),
    error: breaks(
      'transform',
      'Task "Suspect" returned TXT, its schema promises exactly NUM.',
      'Return these types, or change output_requirements in model-metadata.yaml.',
    ),
  },
}

export type Projects = { readonly regression: Project; readonly binary: Project }

export const describeUserCode = (actions: () => Actions, projects: () => Projects): void => {
  const train = async (files: Files, targetType: 'regression' | 'binary' | 'transform') => {
    const metadata = `name: Suspect\ntargetType: ${targetType}\n`
    const { id } = await actions().uploadTask({ ...files, 'model-metadata.yaml': metadata })
    const suspect = { id: 'suspect', taskVersion: id, inputs: [{ from: 'data' as const }] }
    if (targetType !== 'transform') return actions().train(projects()[targetType], [suspect])
    const numbers = [{ from: 'data' as const, dataTypes: ['NUM' as const] }]
    return actions().train(projects().binary, [
      { ...suspect, inputs: numbers },
      { id: 'forest', taskVersion: 'builtin:random-forest@1', inputs: [{ from: 'node', node: 'suspect' }] },
    ])
  }
  const fails = (cases: Cases, targetType: Parameters<typeof train>[1]) =>
    it.each(Object.entries(cases))('%s: the training fails', async (_, { files, error }) => {
      const { job, run } = await train(files, targetType)
      expect({ job: job.state, run: run.state, said: saidBy(job.error) }).toEqual({
        job: 'failed',
        run: 'failed',
        said: error,
      })
      expect(run.error).toEqual(job.error)
    })

  describe.concurrent('a task', () => {
    fails(broken, 'regression')
  })
  describe.concurrent('a fit that', () => {
    fails(failing, 'regression')

    it('prints without end is stopped in time, with head and tail of its prints kept', async () => {
      const { job } = await train(inFit('for number in range(10**12): print("line", number)'), 'regression')
      expect(saidBy(job.error)).toEqual(at('custom.py', 2, 'limit.wall', tooLong, hints.time))
      const { lines, omitted, omittedAfter } = await actions().client.call('getJobLog', { params: { id: job.id } })
      const prints = lines.filter(({ source }) => source === 'stdout')
      expect(prints[0]).toMatchObject({ node: 'suspect', text: 'fold 1: line 0' })
      expect(omitted).toBeGreaterThan(10_000)
      const printed = omitted + lines.length
      expect(prints.at(-1)?.sequence).toBeLessThanOrEqual(printed)
      expect(lines.find(({ sequence }) => sequence > Number(omittedAfter))?.sequence).toBe(
        Number(omittedAfter) + omitted + 1,
      )
    })

    it('leaves links and pipes beside its model keeps the model only', async () => {
      const links =
        'os.symlink("/etc/passwd", output_dir + "/a")\nos.symlink("/etc", output_dir + "/b")\nos.mkfifo(output_dir + "/c")'
      const { job, run } = await train(
        inFit(`import joblib, os\n${links}\njoblib.dump(1, output_dir + "/model.joblib")`),
        'regression',
      )
      expect(job.error).toBe(null)
      const { artifacts } = await actions().client.call('getModel', { params: { id: run.modelId ?? '' } })
      expect(artifacts.map(({ path }) => path)).toEqual(['model.joblib'])
    })

    it('raises shows its own lines, and those of nobody else', async () => {
      const { job } = await train(
        {
          'custom.py': 'import helper\n\ndef fit(X):\n    helper.go(X)\n',
          'helper.py': 'def go(X):\n    X.loc["z"]\n',
        },
        'regression',
      )
      expect(job.error?.traceback).toBe(
        'Traceback (most recent call last):\n  File "custom.py", line 4, in fit\n    helper.go(X)\n  File "helper.py", line 2, in go\n    X.loc["z"]\nKeyError: \'z\'',
      )
    })
  })
  describe.concurrent('a predict that', () => {
    fails(predicting, 'regression')
  })
  describe.concurrent('probabilities that', () => {
    fails(classifying, 'binary')
  })
  describe.concurrent('a transform that', () => {
    fails(transforming, 'transform')
  })
}
