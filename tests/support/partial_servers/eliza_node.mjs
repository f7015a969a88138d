// Six of the operations of ElizaOS, by Node's own http, as somebody wrote it: one agent that is
// always there, sessions with it, and what is said in them. CORS answers every OPTIONS.
//
// node eliza_node.mjs [FAULT]: prints its URL; it ends when its input does.
import http from 'node:http'
import { randomUUID } from 'node:crypto'

const AGENT = { id: '8d2a9f3c-5b1e-4c7d-9e60-1f2a3b4c5d6e', name: 'Doctor', status: 'active' }
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const MINUTE = 60_000
const fault = process.argv[2] ?? ''
const sessions = new Map()

class Refusal extends Error {
  constructor (status, code, message) { super(message); Object.assign(this, { status, code }) }
}

const isObject = value => typeof value === 'object' && value !== null && !Array.isArray(value)
const invalid = message => new Refusal(400, 'VALIDATION_ERROR', message)

function checkMetadata (metadata) {
  if (typeof metadata === 'object' && JSON.stringify(metadata).length > 10240) throw invalid('too much metadata')
}

function bounded (value, least, most, usual) {
  const number = Number(value)
  if (value === undefined || value === null || typeof value === 'object' || Number.isNaN(number)) return usual
  return Math.min(Math.max(number, least), most)
}

function timeouts (asked) {
  const given = isObject(asked) ? asked : {}
  return {
    timeoutMinutes: bounded(given.timeoutMinutes, 5, 1440, 30),
    autoRenew: given.autoRenew ?? true,
    maxDurationMinutes: bounded(given.maxDurationMinutes, 5, 2880, 720),
    warningThresholdMinutes: bounded(given.warningThresholdMinutes, 1, 1440, 5)
  }
}

function expire (session, now) {
  const config = session.timeoutConfig
  const end = Math.min(now + config.timeoutMinutes * MINUTE, session.created + config.maxDurationMinutes * MINUTE)
  session.expires = end
}

function createSession (body) {
  if (!isObject(body) || !body.agentId || !body.userId) throw invalid('agentId and userId are required')
  for (const name of ['agentId', 'userId']) {
    if (typeof body[name] !== 'string' || !UUID.test(body[name])) throw invalid(`${name} is no UUID`)
  }
  if (body.agentId.toLowerCase() !== AGENT.id) throw new Refusal(404, 'AGENT_NOT_FOUND', 'no such agent')
  checkMetadata(body.metadata)
  const now = Date.now()
  const session = {
    id: randomUUID(), channel: randomUUID(), agent: body.agentId, user: body.userId,
    metadata: fault === 'forgets metadata' ? {} : body.metadata ?? {},
    timeoutConfig: timeouts(body.timeoutConfig),
    created: now, active: now, renewals: 0, messages: []
  }
  expire(session, now)
  sessions.set(session.id, session)
  const { lastActivity, renewalCount, timeRemaining, isNearExpiration, ...created } = shown(session)
  return [201, created]
}

function shown (session) {
  const remaining = session.expires - Date.now()
  return {
    sessionId: session.id,
    channelId: session.channel,
    agentId: session.agent,
    userId: session.user,
    createdAt: new Date(session.created).toISOString(),
    lastActivity: new Date(session.active).toISOString(),
    metadata: session.metadata,
    expiresAt: new Date(session.expires).toISOString(),
    timeoutConfig: session.timeoutConfig,
    renewalCount: session.renewals,
    timeRemaining: remaining,
    isNearExpiration: remaining <= session.timeoutConfig.warningThresholdMinutes * MINUTE
  }
}

function found (id) {
  const session = sessions.get(id)
  if (!session || session.ended) throw new Refusal(404, 'SESSION_NOT_FOUND', `there is no session ${id}`)
  if (session.expires <= Date.now()) {
    sessions.delete(id)
    throw new Refusal(410, 'SESSION_EXPIRED', `session ${id} is over`)
  }
  return session
}

function endSession (id) {
  const session = found(id)
  if (fault !== 'ended sessions stay') session.ended = true
  return [200, { success: true, message: `Session ${id} has ended` }]
}

function send (id, body) {
  if (!isObject(body) || typeof body.content !== 'string') throw invalid('content has to be a text')
  if (!['http', 'sse', 'websocket', 'sync', 'stream', undefined, null].includes(body.transport)) throw invalid('unknown transport')
  const session = found(id)
  if (!body.content.trim() || body.content.length > 4000) throw invalid('content is empty or too long')
  checkMetadata(body.metadata)
  const now = Date.now()
  session.active = now
  const renews = Boolean(session.timeoutConfig.autoRenew)
  if (renews) { session.renewals++; expire(session, now) }
  const spread = isObject(session.metadata) ? session.metadata : {}
  const message = {
    id: randomUUID(), content: body.content, authorId: session.user, isAgent: false,
    createdAt: new Date(now).toISOString(),
    metadata: { sessionId: id, ...spread, ...(isObject(body.metadata) ? body.metadata : {}) }
  }
  const reply = {
    id: randomUUID(), content: `Why do you say "${body.content}"?`, authorId: AGENT.id, isAgent: true,
    createdAt: new Date(now + 1).toISOString(), metadata: { agentName: AGENT.name }
  }
  session.messages.unshift(message)
  session.messages.unshift(reply)
  const status = shown(session)
  return [201, {
    ...message,
    content: fault === 'shouts' ? body.content.toUpperCase() : body.content,
    sessionStatus: {
      expiresAt: status.expiresAt,
      renewalCount: status.renewalCount,
      wasRenewed: renews,
      isNearExpiration: status.isNearExpiration
    }
  }]
}

function moment (query, name) {
  const text = query.get(name)
  if (!text) return null
  const time = /^\d+$/.test(text) ? Number(text) : Date.parse(text)
  if (Number.isNaN(time)) throw invalid(`${name} is no moment`)
  return time
}

function history (id, query) {
  const session = found(id)
  const asked = parseInt(query.get('limit'), 10)
  const size = Number.isNaN(asked) ? 50 : Math.min(Math.max(asked, 1), 100)
  const before = moment(query, 'before'); const after = moment(query, 'after')
  let messages = session.messages.filter(message => {
    const at = Date.parse(message.createdAt)
    return (before === null || at < before) && (after === null || at > after)
  })
  messages = after !== null && before === null ? messages.slice(-size) : messages.slice(0, size)
  const page = { messages, hasMore: messages.length === size }
  if (messages.length) {
    page.cursors = { before: Date.parse(messages.at(-1).createdAt), after: Date.parse(messages[0].createdAt) }
  }
  return [200, page]
}

const ROUTES = [
  ['GET', /^\/api\/agents$/, () => [200, { success: true, data: { agents: [AGENT] } }]],
  ['POST', /^\/api\/messaging\/sessions$/, (_, { body }) => createSession(body())],
  ['GET', /^\/api\/messaging\/sessions\/([^/]+)$/, id => [200, shown(found(id))]],
  ['DELETE', /^\/api\/messaging\/sessions\/([^/]+)$/, id => endSession(id)],
  ['POST', /^\/api\/messaging\/sessions\/([^/]+)\/messages$/, (id, { body }) => send(id, body())],
  ['GET', /^\/api\/messaging\/sessions\/([^/]+)\/messages$/, (id, { query }) => history(id, query)]
]

function answer (request, text) {
  const url = new URL(request.url, 'http://here')
  const body = () => {
    if (!(request.headers['content-type'] ?? '').startsWith('application/json')) throw invalid('send JSON')
    try { return JSON.parse(text) } catch { throw invalid('that is no JSON') }
  }
  for (const [method, path, handle] of ROUTES) {
    const match = path.exec(url.pathname)
    if (match && method === request.method) return handle(decodeURIComponent(match[1] ?? ''), { body, query: url.searchParams })
  }
  const others = ROUTES.filter(([, path]) => path.test(url.pathname)).map(([method]) => method)
  if (others.length) {
    const refusal = new Refusal(405, 'METHOD_NOT_ALLOWED', 'not this method')
    throw Object.assign(refusal, { allow: others.join(', ') })
  }
  throw new Refusal(404, 'NOT_FOUND', 'not found')
}

function failure (error) {
  const isOurs = error instanceof Refusal || error instanceof URIError
  const timestamp = new Date().toISOString()
  const { status = isOurs ? 400 : 500, code = 'VALIDATION_ERROR', message } = error
  return [status, { success: false, error: { code, message, timestamp } }]
}

const server = http.createServer((request, response) => {
  const parts = []
  request.on('data', part => parts.push(part))
  request.on('end', () => {
    response.setHeader('Access-Control-Allow-Origin', '*')
    if (request.method === 'OPTIONS') return response.writeHead(204).end()
    let result
    try {
      result = answer(request, Buffer.concat(parts).toString())
    } catch (error) {
      if (error.allow) response.setHeader('Allow', error.allow)
      result = failure(error)
    }
    const [status, value] = result
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value))
  })
})

server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
process.stdin.resume().on('end', () => process.exit())
