-- KEYS lock, line, own session, token   ARGV prefix, id, mode, lease, member
-- Nobody has the lock or waits for it: no need to define what the rest of this script is about. A leadership is watched, which
-- is the rest's affair.
local call = redis.call
local known = call('MGET', KEYS[3], KEYS[4])
local last = known[1] == ARGV[5] and known[2] and tonumber(known[2])
if last and not string.find(KEYS[2], ':line:leader_of_', 1, true)
        and call('SET', KEYS[1], ARGV[2], 'PX', ARGV[4], 'NX') then
    local parts = call('TIME')
    local time = parts[1] * 1000000 + parts[2]
    local number = math.max(time, last + 1)
    local token = string.format('%.0f', number)
    local since = number == time and token or string.format('%.0f', time)
    local row = ARGV[2] .. ' ' .. ARGV[3] .. ' ' .. token .. ' ' .. since .. ' ' .. ARGV[4] .. ' ' .. ARGV[5]
    if call('SET', KEYS[2], row, 'PX', ARGV[4], 'NX') then
        call('SET', KEYS[4], token)
        return number
    end
    call('DEL', KEYS[1])
end

