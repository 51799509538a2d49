-- KEYS lock, line, own session   ARGV prefix, id, '1' when a claim of this id may still be under way, channel of changes
-- Nobody else has the lock or waits for it: no need to define what the rest of this script is about.
local known = redis.call('MGET', KEYS[1], KEYS[2])
if known[1] == ARGV[2] and known[2] and ARGV[3] ~= '1' and string.sub(known[2], 1, 32) == ARGV[2]
        and not string.find(known[2], '\n', 1, true) then
    redis.call('DEL', KEYS[1], KEYS[2])
    redis.call('PUBLISH', ARGV[4], '')
    return 1
end

