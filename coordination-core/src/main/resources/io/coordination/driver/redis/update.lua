-- KEYS hash, seats   ARGV prefix, session, field, data
local text = seat(ARGV[3])
if not text or string.sub(text, 1, 16) ~= ARGV[2] then
    return 0
end
redis.call('HSET', KEYS[1], ARGV[3], ARGV[4])
redis.call('HSET', KEYS[2], ARGV[3], string.match(text, '^%x+ %d+ ') .. micros())
tell()
return 1
