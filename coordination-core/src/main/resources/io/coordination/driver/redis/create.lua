-- KEYS hash, seats, groups   ARGV prefix, group
if redis.call('HSETNX', KEYS[1], '__created__', '1') == 0 then
    return 0
end
redis.call('SADD', KEYS[3], ARGV[2])
tell()
return 1
