import { defineErrors } from '@modelsmith/table'

export const { rows: servingErrors, error: servingError } = defineErrors({
  'serving.unauthenticated': {
    kind: 'unauthenticated',
    message: () => 'The request has no valid API token.',
    hint: () => 'Send `Authorization: Bearer <token>`; make a token under your name in the top bar.',
  },
  'serving.unknownDeployment': {
    kind: 'notFound',
    message: ({ id }: { id: string }) => `There is no deployment "${id}" here, or you may not use it.`,
  },
  'serving.paused': {
    kind: 'unavailable',
    message: ({ id, at, by, reason }: { id: string; at: string; by: string; reason: string }) =>
      `Deployment "${id}" is paused since ${at} by ${by}: ${reason}`,
    hint: () => 'It answers again when somebody resumes it on its page.',
  },
  'serving.logUnwritable': {
    kind: 'unavailable',
    message: ({ reason }: { reason: string }) =>
      `No prediction was given: the log that each one must be in cannot be written (${reason}).`,
    hint: () => 'Tell an administrator: the disk of the data folder needs room. Then send the rows again.',
  },
  'serving.starting': {
    kind: 'unavailable',
    message: ({ id }: { id: string }) => `Deployment "${id}" is still starting.`,
    hint: () => 'Try again in a few seconds.',
  },
  'serving.failed': {
    kind: 'unavailable',
    message: ({ id, problem }: { id: string; problem: string }) => `Deployment "${id}" cannot answer: ${problem}`,
    hint: () => 'It is tried again by itself; its page shows what is wrong.',
  },
  'serving.busy': {
    kind: 'limit',
    message: ({ waiting }: { waiting: number }) => `${waiting} requests are waiting for this deployment already.`,
    hint: () => 'Send fewer at a time, or more rows in one request.',
  },
  'serving.timeout': {
    kind: 'unavailable',
    message: ({ seconds }: { seconds: number }) =>
      `The model did not answer within ${seconds} s; it is being restarted.`,
  },
  'serving.explanations': {
    kind: 'invalid',
    message: ({ text }: { text: string }) =>
      `"explanations" is "${text}"; a whole number of contributions from 1 to 9999, or "all", was expected.`,
    hint: () => 'Ask as in `?explanations=3`: the three features that contributed most to each prediction.',
  },
  'serving.explainedRows': {
    kind: 'limit',
    message: ({ rows, most }: { rows: number; most: number }) =>
      `Explanations of ${rows.toLocaleString('en')} rows were asked for; one request has at most ${most} with explanations.`,
    hint: () => 'Send fewer rows at a time, or leave "explanations" out of the address.',
  },
  'serving.unexplained': {
    kind: 'invalid',
    message: ({ why }: { why: string; help: string }) => `Predictions cannot be explained with the request: ${why}`,
    hint: ({ help }: { help: string }) => help,
  },
  'serving.notFound': {
    kind: 'notFound',
    message: ({ method, path }: { method: string; path: string }) => `Nothing answers ${method} ${path}.`,
    hint: () => 'Predictions are sent with POST to /api/v1/deployments/{id}/predictions.',
  },
  'serving.bodyTooLarge': {
    kind: 'limit',
    message: ({ limitMb }: { limitMb: number }) => `The body is larger than ${limitMb} MB.`,
    hint: () => 'Send fewer rows at a time, or predict a file on the page of the model.',
  },
  'serving.answerTooLarge': {
    kind: 'limit',
    message: ({ rows, columns, limit }: { rows: number; columns: number; limit: number }) =>
      `The answer would have ${columns.toLocaleString('en')} values for each of ${rows.toLocaleString('en')} rows; the limit is ${limit.toLocaleString('en')} in all.`,
    hint: () => 'Send fewer rows at a time.',
  },
  'serving.bodyType': {
    kind: 'unsupported',
    message: ({ type, known }: { type: string; known: readonly string[] }) =>
      `The body is ${type}; ${known.slice(0, -1).join(', ')} or ${known.at(-1)} was expected.`,
    hint: () => 'Set the header Content-Type.',
  },
  'serving.accept': {
    kind: 'unsupported',
    message: ({ accept }: { accept: string; known: readonly string[] }) => `No answer is ${accept}.`,
    hint: ({ known }: { known: readonly string[] }) =>
      `Ask in the header Accept for application/json, with ;layout=columns if you like, or for ${known.join(', ')}.`,
  },
  'serving.bodyJson': {
    kind: 'invalid',
    message: ({ reason }: { reason: string }) => `The body is not JSON: ${reason}.`,
    hint: () => 'Send {"rows": [{"column": value, …}]}.',
  },
  'serving.bodyShape': {
    kind: 'invalid',
    message: () =>
      'The body is not of the form {"rows": [{"column": value, …}, …]}, nor {"columns": {"column": [value, …], …}} with lists of one length.',
    hint: () => 'Each row is an object; the page of the deployment shows one to copy.',
  },
  'serving.parameters': {
    kind: 'invalid',
    message: () => 'Prediction parameters are an object of JSON: names to texts, numbers, true, false or null.',
    hint: () =>
      'Send {"rows": […], "parameters": {"name": value}}; with CSV, Arrow or Parquet ?parameters={"name":value} in the address.',
  },
  'serving.rowCount': {
    kind: 'invalid',
    message: ({ rows, most }: { rows: number; most: number }) =>
      `The body has ${rows.toLocaleString('en')} rows; 1 to ${most.toLocaleString('en')} were expected.`,
    hint: () => 'Send more in several requests, or predict a file on the page of the model.',
  },
  'serving.inference': {
    kind: 'invalid',
    message: ({ problem }: { problem: string }) => `The body is no inference request: ${problem}`,
    hint: () =>
      'Send {"inputs": [{"name": …, "shape": [rows], "datatype": "FP64", "data": […]}, …]}, a tensor for each column.',
  },
  'serving.tensor': {
    kind: 'invalid',
    message: ({ name, problem }: { name: string; problem: string }) => `Tensor "${name}": ${problem}.`,
    hint: () => 'GET /v2/models/{name} tells the columns of the model with their types.',
  },
  'serving.output': {
    kind: 'invalid',
    message: ({ name }: { name: string; known: readonly string[] }) => `The model has no output "${name}".`,
    hint: ({ known }: { known: readonly string[] }) => `It has: ${known.join(', ')}.`,
  },
  'serving.invocation': {
    kind: 'invalid',
    message: ({ problem }: { problem: string }) => `The body is no invocation: ${problem}.`,
    hint: () =>
      'Send one of "dataframe_split", "dataframe_records", "instances" and "inputs" as JSON, or CSV with a header.',
  },
  'serving.unknownModel': {
    kind: 'notFound',
    message: ({ name, known }: { name: string; known: string }) => `There is no model "${name}" here, only "${known}".`,
  },
  'serving.unknownVersion': {
    kind: 'notFound',
    message: ({ id, version, current }: { id: string; version: string; current: string }) =>
      `Version "${version}" of deployment ${id} does not answer; what answers is release ${current}.`,
    hint: () => 'Leave the version out of the address, or name that release.',
  },
  'serving.answersNothing': {
    kind: 'unsupported',
    message: ({ name }: { name: string }) => `${name} answers nothing.`,
    hint: () => 'Bring a fitted model that predicts or transforms.',
  },
  'code.outputs': {
    kind: 'userCode',
    message: ({ found, missing, further }: { found: string; missing: string; further: string }) =>
      `The code answered with the columns ${found}; ${[
        ...(missing === '' ? [] : [`declared and not there: ${missing}`]),
        ...(further === '' ? [] : [`there and not declared: ${further}`]),
      ].join('; ')}.`,
    hint: () => 'Let the hook transform return the columns that the algorithm declares, or declare what it returns.',
  },
  'code.outputType': {
    kind: 'userCode',
    message: ({ name, found, declared }: { name: string; found: string; declared: string }) =>
      `The code answered with ${found} in the column "${name}", which the algorithm declares as ${declared}.`,
    hint: () => 'Return what is declared, or declare what is returned.',
  },
  'serving.withheld': {
    kind: 'unavailable',
    message: ({ reason }: { reason: string }) => reason,
  },
  'serving.reading': {
    kind: 'limit',
    message: ({ memoryMb, cpuSeconds, seconds }: { memoryMb: number; cpuSeconds: number; seconds: number }) =>
      `Reading the model file took more than ${memoryMb.toLocaleString('en')} MB, ${cpuSeconds} s of a processor, or ${seconds} s.`,
    hint: () => 'It is damaged, or larger than what is read here.',
  },
})
