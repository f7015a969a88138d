-- Return whether a record is still as the client knows it, by its position and JSON.
local function is_as_assumed(key, known)
  local value, json = redis.call('GET', key), string.sub(known, 9)
  return value and #value >= 12 + #json and string.sub(value, 1, 8) == string.sub(known, 1, 8)
    and string.sub(value, -#json) == json
end
