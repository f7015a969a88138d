-- Adds to a counter. KEYS: the counters. ARGV: its name, the amount, the key of a record that must be
-- as the client knows it, and its position and JSON.
-- Returns the sum, or does nothing and returns nothing if that record is another one.

if is_as_assumed(ARGV[3], ARGV[4]) then
  return redis.call('HINCRBY', KEYS[1], ARGV[1], ARGV[2])
end
