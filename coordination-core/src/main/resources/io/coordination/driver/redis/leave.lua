-- KEYS hash, seats, beats, owner of the beats   ARGV prefix, session, field, '1' when it is the member's last group
local text = redis.call('HGET', KEYS[2], ARGV[3])
local own = text and string.sub(text, 1, 16) == ARGV[2]
local had = 0
if own then
    redis.call('HDEL', KEYS[2], ARGV[3])
    had = redis.call('HDEL', KEYS[1], ARGV[3])
    tell()
end
if ARGV[4] == '1' and redis.call('GET', KEYS[4]) == ARGV[2] then
    redis.call('DEL', KEYS[3], KEYS[4])
end
return had
