-- The records of a namespace: see keys.py for its keys and values.
-- A member of an index is the order value, the position, the key, and the length of the key.

local state = KEYS[1]
local prefix = string.sub(state, 1, -2)

local function group_key(table_, index, group)
  return prefix .. 'i:' .. table_ .. ':' .. index .. ':' .. group
end

local function record_key(table_, key)
  return prefix .. 'r:' .. table_ .. ':' .. key
end

local function key_of(member)
  local length = struct.unpack('>I4', member, #member - 3)
  return string.sub(member, -4 - length, -5)
end

-- Return the groups that list a record, and its member in each.
local function places_of(table_, key, position, packed)
  local places, members = cmsgpack.unpack(packed), {}
  local suffix = position .. key .. struct.pack('>I4', #key)
  for i = 1, #places, 3 do
    members[#members + 1] = {group_key(table_, places[i], places[i + 1]), places[i + 2] .. suffix}
  end
  return members
end

local function stored_places(table_, key, value)
  local length = struct.unpack('>I4', value, 9)
  return places_of(table_, key, string.sub(value, 1, 8), string.sub(value, 13, 12 + length))
end

-- What is listed anew is written anew, even in the same place, so that a transaction which WATCHes
-- a group also notices that a record of the group has changed.
local function write(table_, key, json, packed)
  local name = record_key(table_, key)
  local old = redis.call('GET', name)
  if old then
    for _, place in ipairs(stored_places(table_, key, old)) do
      redis.call('ZREM', place[1], place[2])
    end
  end
  if not json then
    redis.call('DEL', name)
    return
  end
  local position = old and string.sub(old, 1, 8)
    or struct.pack('>I8', redis.call('HINCRBY', state, 'position:' .. table_, 1))
  for _, place in ipairs(places_of(table_, key, position, packed)) do
    redis.call('ZADD', place[1], 0, place[2])
  end
  redis.call('SET', name, position .. struct.pack('>I4', #packed) .. packed .. json)
end

-- Remove all records of a table.
local function drop_table(table_)
  local groups = {}
  for _, member in ipairs(redis.call('ZRANGE', group_key(table_, '/', ''), 0, -1)) do
    local key = key_of(member)
    local name = record_key(table_, key)
    for _, place in ipairs(stored_places(table_, key, redis.call('GET', name))) do
      groups[place[1]] = true
    end
    redis.call('UNLINK', name)
  end
  for group in pairs(groups) do
    redis.call('UNLINK', group)
  end
end
