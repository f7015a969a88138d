-- KEYS: the state. ARGV: the packed changes, 1 if the name of the namespace was just added to the
-- set of names, the channel of messages, the most exchanges of a journal and the most bytes of
-- them, the key of a record that must be as the client knows it (or nothing), and its position and
-- JSON; then the contents: the JSON of records, and exchanges, in their order.
-- Returns 1; or does nothing, and returns 0 if the name has to be added first, 2 if that record is
-- another one.

local next_content = 7

local function content()
  next_content = next_content + 1
  return ARGV[next_content]
end

local function number(text)
  return tonumber(text or 0)
end

local function text(integer)
  return string.format('%.0f', integer)
end

local function append(count, most, most_bytes)
  local time = call('TIME')
  local now = time[1] * 1000000 + time[2]
  local kept = call('HMGET', state, 'last', 'seen', 'bytes')
  local last, seen, bytes = number(kept[1]), number(kept[2]), number(kept[3])
  local journal, length = prefix .. 'j', 0
  for _ = 1, count do
    local exchange = content()
    last = math.max(last + 1, now)
    length = call('RPUSH', journal, struct.pack('>I8', last) .. exchange)
    bytes = bytes + #exchange
  end
  while length > most or bytes > most_bytes do
    bytes = bytes - #call('LPOP', journal) + 8
    length = length - 1
  end
  seen = seen + count
  call('HSET', state, 'last', text(last), 'seen', text(seen), 'bytes', text(bytes))
end

local function count(counters, clear)
  if clear then
    call('DEL', prefix .. 'c', prefix .. 'w')
  end
  for _, counter in ipairs(counters) do
    call('HDEL', prefix .. 'w', counter[1])
    if counter[2] then
      call('HSET', prefix .. 'c', counter[1], counter[2])
    else
      call('HDEL', prefix .. 'c', counter[1])
    end
  end
end

if ARGV[6] ~= '' and not is_as_assumed(ARGV[6], ARGV[7]) then
  return 2
end
if ARGV[2] == '1' then
  call('HSETNX', state, 'seen', '0')
elseif call('EXISTS', state) == 0 then
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
    tables[change[1]] = call('SADD', prefix .. 't', change[1])
  end
  write(change[1], change[2], change[3] and content(), change[3], change[4])
end
count(counters, clear_counters)
if clear_journal then
  call('DEL', prefix .. 'j')
  call('HSET', state, 'seen', '0', 'bytes', '0')
end
if exchanges > 0 then
  append(exchanges, tonumber(ARGV[4]), tonumber(ARGV[5]))
end
for _, message in ipairs(messages) do
  call('PUBLISH', ARGV[3], message)
end
return 1
