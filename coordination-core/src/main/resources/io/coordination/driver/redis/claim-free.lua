-- KEYS lock, line, own session, token   ARGV prefix, id, mode, lease, member, channel of changes
-- Nobody has the lock or waits for it: no need to define what the rest of this script is about.
if redis.call('GET', KEYS[3]) == ARGV[5] and redis.call('EXISTS', KEYS[1], KEYS[2]) == 0 then
    local last = tonumber(redis.call('GET', KEYS[4]) or 0)
    if last then
        local parts = redis.call('TIME')
        local time = parts[1] * 1000000 + parts[2]
        local number = math.max(time, last + 1)
        local token = string.format('%.0f', number)
        redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[4])
        redis.call('SET', KEYS[2], ARGV[2] .. ' ' .. ARGV[3] .. ' ' .. token .. ' ' .. string.format('%.0f', time) .. ' '
            .. ARGV[4] .. ' ' .. ARGV[5], 'PX', ARGV[4])
        redis.call('SET', KEYS[4], token)
        redis.call('PUBLISH', ARGV[6], '')
        return { number, 0 }
    end
end

