-- KEYS: the state. ARGV: the most records to remove in one step, for which Redis does nothing else.
-- Returns 1 if something is left, 0 if there was nothing at all, else -1.

local tables = call('SMEMBERS', prefix .. 't')
local room = tonumber(ARGV[1])
for _, table_ in ipairs(tables) do
  local all = everything(table_)
  local size = call('ZCARD', all)
  if size > room then
    for _, member in ipairs(call('ZRANGE', all, 0, room - 1)) do
      write(table_, key_of(member), false)
    end
    return 1
  end
  drop_table(table_)
  room = room - size
end
local rest = {state, prefix .. 't', prefix .. 'c', prefix .. 'w', prefix .. 'j'}
return call('UNLINK', unpack(rest)) == 0 and 0 or -1
