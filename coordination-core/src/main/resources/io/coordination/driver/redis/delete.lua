-- KEYS hash, seats, groups   ARGV prefix, group
if redis.call('EXISTS', KEYS[1]) == 0 then
    redis.call('SREM', KEYS[3], ARGV[2])
    return 0
end
if #living() > 0 then
    return -1
end
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('SREM', KEYS[3], ARGV[2])
tell()
return 1
