-- The records of a namespace: see keys.py for its keys and values.
-- A member of an index is the order value, the position, the key, and the length of the key.

local state = KEYS[1]
local prefix = string.sub(state, 1, -2)

local call, unpack_list = redis.call, cmsgpack.unpack

local function groups_prefix(table_)
  return prefix .. 'i:' .. table_ .. ':'
end

-- Return the key of the group that lists all records of a table.
local function everything(table_)
  return groups_prefix(table_) .. '/:'
end

local function record_key(table_, key)
  return prefix .. 'r:' .. table_ .. ':' .. key
end

local function key_of(member)
  local length = struct.unpack('>I4', member, #member - 3)
  return string.sub(member, -4 - length, -5)
end

-- Return the groups that list a record, each with the member that stands for it there:
-- a list of group, member, group, member...
local function places_of(table_, key, position, packed)
  local places, groups = unpack_list(packed), groups_prefix(table_)
  local suffix = position .. key .. struct.pack('>I4', #key)
  for i = 1, #places, 2 do
    places[i] = groups .. places[i]
    places[i + 1] = places[i + 1] .. suffix
  end
  return places
end

local function stored_places(table_, key, value)
  local length = struct.unpack('>I4', value, 9)
  return places_of(table_, key, string.sub(value, 1, 8), string.sub(value, 13, 12 + length))
end

-- What is listed anew is written anew, even in the same place, so that a transaction which WATCHes
-- a group also notices that a record of the group has changed. With `renew`, the record comes last.
local function write(table_, key, json, packed, renew)
  local name = record_key(table_, key)
  local old = call('GET', name)
  if old then
    local places = stored_places(table_, key, old)
    for i = 1, #places, 2 do
      call('ZREM', places[i], places[i + 1])
    end
  end
  if not json then
    call('DEL', name)
    return
  end
  if renew then
    old = nil
  end
  local position = old and string.sub(old, 1, 8)
    or struct.pack('>I8', call('HINCRBY', state, 'position:' .. table_, '1'))
  local places = places_of(table_, key, position, packed)
  for i = 1, #places, 2 do
    call('ZADD', places[i], '0', places[i + 1])
  end
  call('SET', name, position .. struct.pack('>I4', #packed) .. packed .. json)
end

-- Remove all records of a table.
local function drop_table(table_)
  local groups = {}
  for _, member in ipairs(call('ZRANGE', everything(table_), 0, -1)) do
    local key = key_of(member)
    local name = record_key(table_, key)
    local places = stored_places(table_, key, call('GET', name))
    for i = 1, #places, 2 do
      groups[places[i]] = true
    end
    call('UNLINK', name)
  end
  for group in pairs(groups) do
    call('UNLINK', group)
  end
end
