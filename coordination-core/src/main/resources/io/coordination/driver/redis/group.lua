-- A group: its hash is tooz's, a field for each member beside '__created__'. The hash beside it has the seats, which tooz
-- does not have: <session, 16 digits> <joined, in microseconds> <updated>. A member without a seat is tooz's and lives by its beats.
local prefix = ARGV[1]

local function micros()
    local parts = redis.call('TIME')
    return string.format('%.0f', parts[1] * 1000000 + parts[2])
end

-- The milliseconds that a member has left, below zero when it is gone.
local function left(field, seat)
    if seat then
        return redis.call('PTTL', prefix .. ':session:' .. string.sub(seat, 1, 16))
    end
    return redis.call('PTTL', prefix .. '_beats:' .. field)
end

local function tell()
    redis.call('PUBLISH', prefix .. ':changed:group' .. string.sub(KEYS[1], #prefix + 7), '')
end

local function seats()
    local all, flat = {}, redis.call('HGETALL', KEYS[2])
    for i = 1, #flat, 2 do
        all[flat[i]] = flat[i + 1]
    end
    return all
end

-- Field, data, seat and time left of all who live; those who do not are removed.
local function living()
    local fields, seated, living, gone = redis.call('HGETALL', KEYS[1]), seats(), {}, false
    for i = 1, #fields, 2 do
        local field = fields[i]
        if field ~= '__created__' then
            local ttl = left(field, seated[field])
            if ttl == -2 then
                redis.call('HDEL', KEYS[1], field)
                redis.call('HDEL', KEYS[2], field)
                gone = true
            else
                living[#living + 1] = { field, fields[i + 1], seated[field] or '', ttl }
            end
        end
        seated[field] = nil
    end
    for field in pairs(seated) do
        redis.call('HDEL', KEYS[2], field)
    end
    if gone then
        tell()
    end
    return living
end

local function missing()
    return redis.error_reply('GROUP_MISSING there is no such group')
end

local function seat(field)
    local text = redis.call('HGET', KEYS[2], field)
    return text and redis.call('HEXISTS', KEYS[1], field) == 1 and text
end
