import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

/** node bare.mjs WEIGHTS PORT: what no server of JSON over node:http can be cheaper than: it parses, scores and answers, and checks nothing. */
const [file, port] = process.argv.slice(2)
const { weights, bias } = JSON.parse(readFileSync(file, 'utf8'))
const names = weights.map((_, index) => `f${index}`)

createServer((request, response) => {
  const parts = []
  request.on('data', (part) => parts.push(part))
  request.on('end', () => {
    const { rows } = JSON.parse(parts.length === 1 ? parts[0].latin1Slice() : Buffer.concat(parts).toString())
    const predictions = rows.map((row) => {
      const sum = names.reduce((total, name, index) => total + weights[index] * row[name], bias)
      const probability = 1 / (1 + Math.exp(-sum))
      return { prediction: probability > 0.5 ? '1' : '0', probabilities: { 0: 1 - probability, 1: probability } }
    })
    const body = JSON.stringify({ predictions })
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    response.end(body)
  })
}).listen(Number(port), '127.0.0.1')
