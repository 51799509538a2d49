-- KEYS -, -, own session, beats, owner of the beats, then lock and line of each claim, then hash and seats of each group
-- ARGV prefix, session, lease, member's field, number of claims, ids, number of groups
-- Answers for each claim its token, 0 while it waits, -1 when it is gone; then for each group whether the member is there.
local lease, claims = tonumber(ARGV[3]), tonumber(ARGV[5])
local groups = tonumber(ARGV[6 + claims])

local function extend(key)
    if redis.call('PTTL', key) < lease then
        redis.call('PEXPIRE', key, lease)
    end
end

local function stand(lock, key, id)
    if redis.call('GET', lock) == id then
        extend(lock)
        extend(key)
        return 1
    end
    local line = read(lock, key, id)
    local _, place = find(line, id)
    if not place then
        return -1
    end
    extend(key)
    if place.token > 0 then
        extend(lock)
    end
    return place.token
end

if redis.call('PEXPIRE', KEYS[3], lease) == 0 then
    return over()
end
-- The session hears it, or listens anew.
redis.call('PUBLISH', KEYS[3], '')
if groups > 0 then
    local owner = redis.call('GET', KEYS[5])
    if not owner or owner == ARGV[2] then
        redis.call('SET', KEYS[5], ARGV[2], 'PX', lease)
        redis.call('PSETEX', KEYS[4], lease, 'Not dead!')
    end
end
local answer = {}
for i = 1, claims do
    local ok, token = pcall(stand, KEYS[4 + 2 * i], KEYS[5 + 2 * i], ARGV[5 + i])
    answer[i] = ok and token or -1
end
for i = 1, groups do
    local at = 4 + 2 * (claims + i)
    local seat = redis.pcall('HGET', KEYS[at + 1], ARGV[4])
    local there = type(seat) == 'string' and string.sub(seat, 1, 16) == ARGV[2]
    answer[claims + i] = there and redis.call('HEXISTS', KEYS[at], ARGV[4]) or 0
end
return answer
