-- Answers several reads as they are at one moment.
-- KEYS: the key of each read. ARGV: for each a command, or the packed arguments of a page.
-- A page is returned as one list of keys and records.

local commands = {GET = true, ZCARD = true, SMEMBERS = true}

local function page(group, prefix, start, stop, descending, offset, limit)
  local range = {'ZRANGE', group, start, stop, 'BYLEX'}
  if descending then
    range[#range + 1] = 'REV'
  end
  for _, argument in ipairs({'LIMIT', offset, limit}) do
    range[#range + 1] = argument
  end
  local found = {}
  for _, member in ipairs(redis.call(unpack(range))) do
    local key = string.sub(member, -4 - struct.unpack('>I4', member, #member - 3), -5)
    found[#found + 1] = key
    found[#found + 1] = redis.call('GET', prefix .. key)
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
