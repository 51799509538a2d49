-- KEYS lock, line, own session, token
-- ARGV prefix, id, id of the next claim, lease, member
-- Nobody else has the lock or waits for it: the next claim has it at once. A leadership is watched, which is the rest's affair.
local call = redis.call
local known = call('MGET', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
local last = known[3] == ARGV[5] and known[4] and tonumber(known[4])
if last and known[1] == ARGV[2] and known[2] and string.sub(known[2], 1, 32) == ARGV[2]
        and not string.find(known[2], '\n', 1, true) and not string.find(KEYS[2], ':line:leader_of_', 1, true) then
    local parts = call('TIME')
    local time = parts[1] * 1000000 + parts[2]
    local number = math.max(time, last + 1)
    local token = string.format('%.0f', number)
    local since = number == time and token or string.format('%.0f', time)
    call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
    call('SET', KEYS[2],
        ARGV[3] .. ' x ' .. token .. ' ' .. since .. ' ' .. ARGV[4] .. ' ' .. ARGV[5], 'PX', ARGV[4])
    call('SET', KEYS[4], token)
    return number
end

