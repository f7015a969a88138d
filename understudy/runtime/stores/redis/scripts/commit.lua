-- KEYS: the state. ARGV: the packed changes, 1 if the name of the namespace was just registered,
-- the channel of messages, the most exchanges of a journal and the most bytes of them.
-- Returns 0, and does nothing, if the name has to be registered first.

local function number(text)
  return tonumber(text or 0)
end

local function text(integer)
  return string.format('%.0f', integer)
end

local function append(exchanges, most, most_bytes)
  local time = redis.call('TIME')
  local now = time[1] * 1000000 + time[2]
  local kept = redis.call('HMGET', state, 'last', 'seen', 'bytes')
  local last, seen, bytes = number(kept[1]), number(kept[2]), number(kept[3])
  local journal, length = prefix .. 'j', 0
  for _, exchange in ipairs(exchanges) do
    last = math.max(last + 1, now)
    length = redis.call('RPUSH', journal, struct.pack('>I8', last) .. exchange)
    bytes = bytes + #exchange
  end
  while length > most or bytes > most_bytes do
    bytes = bytes - #redis.call('LPOP', journal) + 8
    length = length - 1
  end
  seen = seen + #exchanges
  redis.call('HSET', state, 'last', text(last), 'seen', text(seen), 'bytes', text(bytes))
end

local function count(counters, clear)
  if clear then
    redis.call('DEL', prefix .. 'c', prefix .. 'w')
  end
  for _, counter in ipairs(counters) do
    redis.call('HDEL', prefix .. 'w', counter[1])
    if counter[2] then
      redis.call('HSET', prefix .. 'c', counter[1], counter[2])
    else
      redis.call('HDEL', prefix .. 'c', counter[1])
    end
  end
end

if ARGV[2] == '1' then
  redis.call('HSETNX', state, 'seen', 0)
elseif redis.call('EXISTS', state) == 0 then
  return 0
end
local dropped, writes, counters, clear_counters, clear_journal, exchanges, messages =
  unpack(cmsgpack.unpack(ARGV[1]))
for _, table_ in ipairs(dropped) do
  drop_table(table_)
end
local tables = {}
for _, change in ipairs(writes) do
  if change[3] and not tables[change[1]] then
    tables[change[1]] = redis.call('SADD', prefix .. 't', change[1])
  end
  write(change[1], change[2], change[3], change[4])
end
count(counters, clear_counters)
if clear_journal then
  redis.call('DEL', prefix .. 'j')
  redis.call('HSET', state, 'seen', 0, 'bytes', 0)
end
if #exchanges > 0 then
  append(exchanges, tonumber(ARGV[4]), tonumber(ARGV[5]))
end
for _, message in ipairs(messages) do
  redis.call('PUBLISH', ARGV[3], message)
end
return 1
