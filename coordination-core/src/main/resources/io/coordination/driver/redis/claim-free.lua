-- KEYS lock, line, own session, token   ARGV prefix, id, mode, lease, member, channel of changes
-- Nobody has the lock or waits for it: no need to define what the rest of this script is about.
local known = redis.call('MGET', KEYS[3], KEYS[4])
local last = known[1] == ARGV[5] and known[2] and tonumber(known[2])
if last and redis.call('EXISTS', KEYS[1], KEYS[2]) == 0 then
    local parts = redis.call('TIME')
    local time = parts[1] * 1000000 + parts[2]
    local number = math.max(time, last + 1)
    local token = string.format('%.0f', number)
    local since = number == time and token or string.format('%.0f', time)
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[4])
    redis.call('SET', KEYS[2],
        ARGV[2] .. ' ' .. ARGV[3] .. ' ' .. token .. ' ' .. since .. ' ' .. ARGV[4] .. ' ' .. ARGV[5], 'PX', ARGV[4])
    redis.call('SET', KEYS[4], token)
    redis.call('PUBLISH', ARGV[6], '')
    return { number, 0 }
end

