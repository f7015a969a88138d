// Serves a document with openapi-backend, its mock handler and its validation: node backend.mjs DOCUMENT PORT
import { OpenAPIBackend } from 'openapi-backend'
import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
// Ajv, which it validates with, refuses `nullable` where there is no `type` beside it.
const plain = (node) => {
  if (!node || typeof node !== 'object') return node
  if (node.nullable === true && node.type === undefined) delete node.nullable
  Object.values(node).forEach(plain)
  return node
}
const api = new OpenAPIBackend({ definition: plain(parse(readFileSync(process.argv[2], 'utf8'), {maxAliasCount: -1})) })
api.register({
  validationFail: (c) => [400, { error: c.validation.errors }],
  notFound: () => [404, { error: 'not found' }],
  methodNotAllowed: () => [405, { error: 'method not allowed' }],
  notImplemented: (c) => {
    const { status, mock } = c.api.mockResponseForOperation(c.operation.operationId)
    return [status, mock]
  },
})
await api.init()
createServer(async (request, response) => {
  let body = ''
  for await (const part of request) body += part
  const [path, query] = request.url.split('?')
  const asked = { method: request.method, path, query, headers: request.headers, body }
  const [status, told] = await api.handleRequest(asked).catch((e) => [500, { error: String(e) }])
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(status === 204 ? '' : JSON.stringify(told))
}).listen(+process.argv[3], '127.0.0.1')
