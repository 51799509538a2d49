-- KEYS hash, seats, groups, own session, beats, owner of the beats
-- ARGV prefix, group, session, lease, field, data, '1' to create the group, '1' when an earlier call may have joined
if redis.call('EXISTS', KEYS[4]) == 0 then
    return redis.error_reply('SESSION_OVER the session is over')
end
local exists = redis.call('EXISTS', KEYS[1]) == 1
if not exists and ARGV[7] ~= '1' then
    return missing()
end
local owner = redis.call('GET', KEYS[6])
if exists and redis.call('HEXISTS', KEYS[1], ARGV[5]) == 1 then
    local other = redis.call('HGET', KEYS[2], ARGV[5])
    local own = other and string.sub(other, 1, 16) == ARGV[3]
    if own and ARGV[8] ~= '1' or not own and left(ARGV[5], other) ~= -2 and (other or owner ~= ARGV[3]) then
        return -1
    end
end
local now = micros()
redis.call('HSETNX', KEYS[1], '__created__', '1')
redis.call('SADD', KEYS[3], ARGV[2])
redis.call('HSET', KEYS[1], ARGV[5], ARGV[6])
redis.call('HSET', KEYS[2], ARGV[5], ARGV[3] .. ' ' .. now .. ' ' .. now)
redis.call('SET', KEYS[6], ARGV[3], 'PX', ARGV[4])
redis.call('PSETEX', KEYS[5], ARGV[4], 'Not dead!')
tell()
return 1
