-- Answers several reads as they are at one moment.
-- KEYS: the key of each read. ARGV: for each a command, or the packed arguments of a page.
-- A page is returned as one list of keys and records.

local most_arguments = 1000 -- Lua's stack has room for some thousands
local commands = {GET = true, ZCARD = true, SMEMBERS = true}

local function page(group, prefix, start, stop, descending, offset, limit)
  local range = {'ZRANGE', group, start, stop, 'BYLEX'}
  if descending then
    range[#range + 1] = 'REV'
  end
  for _, argument in ipairs({'LIMIT', offset, limit}) do
    range[#range + 1] = argument
  end
  local keys, found = {}, {}
  for i, member in ipairs(redis.call(unpack(range))) do
    keys[i] = string.sub(member, -4 - struct.unpack('>I4', member, #member - 3), -5)
  end
  for first = 1, #keys, most_arguments do
    local names = {'MGET'}
    for i = first, math.min(first + most_arguments - 1, #keys) do
      names[#names + 1] = prefix .. keys[i]
    end
    for i, record in ipairs(redis.call(unpack(names))) do
      found[#found + 1] = keys[first + i - 1]
      found[#found + 1] = record
    end
  end
  return found
end

local answers = {}
for i, key in ipairs(KEYS) do
  if commands[ARGV[i]] then
    answers[i] = redis.call(ARGV[i], key)
  else
    answers[i] = page(key, unpack(cmsgpack.unpack(ARGV[i])))
  end
end
return answers
