-- KEYS -, -, own session, beats, owner of the beats, then lock and line of each claim, then hash and seats of each group
-- ARGV prefix, session, member's field, number of claims, ids, number of groups, the groups' channels
local claims = tonumber(ARGV[4])
local groups = tonumber(ARGV[5 + claims])

local function leave(lock, key, id)
    local line = read(lock, key, id)
    local at, place = find(line, id)
    if at then
        table.remove(line.places, at)
        line.changed, line.moved = true, line.moved or place.token > 0
    elseif line.value == id then
        line.changed, line.moved = true, true
    end
    grant(line, id)
    write(line)
end

redis.call('DEL', KEYS[3])
if redis.call('GET', KEYS[5]) == ARGV[2] then
    redis.call('DEL', KEYS[4], KEYS[5])
end
for i = 1, claims do
    pcall(leave, KEYS[4 + 2 * i], KEYS[5 + 2 * i], ARGV[4 + i])
end
for i = 1, groups do
    local at = 4 + 2 * (claims + i)
    local seat = redis.pcall('HGET', KEYS[at + 1], ARGV[3])
    if type(seat) == 'string' and string.sub(seat, 1, 16) == ARGV[2] then
        redis.pcall('HDEL', KEYS[at], ARGV[3])
        redis.call('HDEL', KEYS[at + 1], ARGV[3])
        redis.call('PUBLISH', ARGV[5 + claims + i], '')
    end
end
return 1
