-- The requests of wrk: a load, given by name, on the sessions session-0, session-STEP, ...
local requests, sent = {}, 0
local messages = '{"messages": [{"role_type": "user", "role": "Ada", "content": "What is the status'
    .. ' of my order?"}, {"role_type": "assistant", "content": "Order 4711 left this morning."}]}'
local classify = '{"classify": {"name": "topic", "classes": ["billing", "order status"]}}'

local function add(method, path, body)
    local headers = {Authorization = "Api-Key bench"}
    if body then headers["Content-Type"] = "application/json" end
    requests[#requests + 1] = wrk.format(method, "/api/v2" .. path, headers, body)
end

local loads = {}
function loads.get(session) add("GET", session) end
function loads.memory(session) add("POST", session .. "/memory", messages) end
function loads.finish(_, ended) add("POST", ended .. "/end", classify) end
function loads.list() add("GET", "/sessions-ordered?page_size=10&order_by=updated_at") end
function loads.document() requests[#requests + 1] = wrk.format("GET", "/pets/1") end
function loads.mix(session, ended)
    add("GET", session)
    add("POST", session .. "/memory", messages)
    add("GET", session .. "/memory")
    add("POST", ended .. "/end", "{}")
end

function init(arguments)
    local load, step = loads[arguments[1]], tonumber(arguments[2])
    for n = 0, 49 do
        load("/sessions/session-" .. n * step, "/sessions/session-" .. (50 + n) * step)
    end
end

function request()
    sent = sent + 1
    return requests[sent % #requests + 1]
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format("RESULT %d %d %f %f %d\n", summary.requests, summary.duration,
        latency:percentile(50), latency:percentile(99), errors.status + errors.connect
        + errors.read + errors.write + errors.timeout))
end
