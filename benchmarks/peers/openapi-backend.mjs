// Serves a document with the mock handler and validation of openapi-backend:
// node openapi-backend.mjs DOCUMENT PORT
import { OpenAPIBackend } from 'openapi-backend'
import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

// Ajv, which validates for it, refuses `nullable` without `type`.
const withoutLoneNullable = (node) => {
  if (!node || typeof node !== 'object') return node
  if (node.nullable === true && node.type === undefined) delete node.nullable
  Object.values(node).forEach(withoutLoneNullable)
  return node
}

const document = parse(readFileSync(process.argv[2], 'utf8'), { maxAliasCount: -1 })
const api = new OpenAPIBackend({ definition: withoutLoneNullable(document) })
api.register({
  validationFail: (context) => [400, { error: context.validation.errors }],
  notFound: () => [404, { error: 'not found' }],
  methodNotAllowed: () => [405, { error: 'method not allowed' }],
  notImplemented: (context) => {
    const { status, mock } = context.api.mockResponseForOperation(context.operation.operationId)
    return [status, mock]
  },
})
await api.init()

createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  const { method, headers } = request
  const [path, query] = request.url.split('?')
  const [status, value] = await api
    .handleRequest({ method, path, query, headers, body })
    .catch((error) => [500, { error: String(error) }])
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(status === 204 ? '' : JSON.stringify(value))
}).listen(+process.argv[3], '127.0.0.1')
