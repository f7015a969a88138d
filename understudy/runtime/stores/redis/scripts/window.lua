-- Counts one in a window. KEYS: the windows. ARGV: its name, now and its length in microseconds; maybe
-- the key of a record that must be as the client knows it, and its position and JSON.
-- Returns when the window began, and the count; or does nothing and returns nothing if that record is
-- another one.

if ARGV[4] and not is_as_assumed(ARGV[4], ARGV[5]) then
  return false
end
local window = redis.call('HGET', KEYS[1], ARGV[1])
local began, count = ARGV[2], 0
if window then
  local kept_began, kept_count = string.match(window, '(%d+) (%d+)')
  local now = tonumber(ARGV[2])
  if math.abs(now - tonumber(kept_began)) < tonumber(ARGV[3]) then
    began, count = kept_began, tonumber(kept_count)
  end
end
redis.call('HSET', KEYS[1], ARGV[1], began .. ' ' .. string.format('%.0f', count + 1))
return {began, count + 1}
