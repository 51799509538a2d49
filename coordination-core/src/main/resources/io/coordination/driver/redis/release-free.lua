-- KEYS lock, line, and own session when a claim of this id may still be under way   ARGV prefix, id
-- Nobody else has the lock or waits for it: no need to define what the rest of this script is about. A leadership is watched,
-- which is the rest's affair.
local known = not KEYS[3] and redis.call('MGET', KEYS[1], KEYS[2])
if known and known[1] == ARGV[2] and known[2] and string.sub(known[2], 1, 32) == ARGV[2]
        and not string.find(known[2], '\n', 1, true) and not string.find(KEYS[2], ':line:leader_of_', 1, true) then
    redis.call('DEL', KEYS[1], KEYS[2])
    return 1
end

