-- The line for one lock or leadership. The lock's key is what tooz knows: it exists while the lock is held, and holds the id
-- of one of those who hold it. The key beside it is the line, first come first served, a row for each place:
--   <id> <mode> <token, 0 while it waits> <since, in microseconds> <lease, in milliseconds> <member>
-- The first half of an id is its session. A place lives as long as its session's key. A script fails before its first write.

local prefix = ARGV[1]
local time, last

local function micros()
    if not time then
        local parts = redis.call('TIME')
        time = parts[1] * 1000000 + parts[2]
    end
    return time
end

-- Greater than every token before, also when the counter was lost, unless the server's clock was set back.
local function draw()
    if not last then
        last = tonumber(redis.call('GET', prefix .. ':token') or 0)
        if not last then
            error('FOREIGN ' .. prefix .. ':token')
        end
    end
    last = math.max(micros(), last + 1)
    return last
end

local function session(id)
    return prefix .. ':session:' .. string.sub(id, 1, 16)
end

local function row(place)
    return string.format('%s %s %.0f %.0f %.0f %s',
        place.id, place.mode, place.token, place.since, place.lease, place.member)
end

local function lose(line, place)
    line.messages[#line.messages + 1] = { place.id, 'lost ' .. place.id }
end

local function read(lock, key, id)
    local value, text = redis.call('GET', lock), redis.call('GET', key)
    local line = { lock = lock, key = key, value = value, places = {}, messages = {} }
    local all, known = {}, value == id
    for stored in string.gmatch(text or '', '[^\n]+') do
        local place = {}
        place.id, place.mode, place.token, place.since, place.lease, place.member =
            string.match(stored, '^(%x+) ([xrp]%d*) (%d+) (%d+) (%d+) (.+)$')
        if not place.id or #place.id ~= 32 then
            error('FOREIGN ' .. key)
        end
        place.token, place.since, place.lease =
            tonumber(place.token), tonumber(place.since), tonumber(place.lease)
        known = known or (place.token > 0 and place.id == value)
        all[#all + 1] = place
    end
    line.foreign = value and not known
    for _, place in ipairs(all) do
        if place.token > 0 and (not value or line.foreign) then
            -- The lock's key was removed, or is somebody else's.
            lose(line, place)
            line.changed, line.moved = true, true
        elseif redis.call('EXISTS', session(place.id)) == 0 then
            line.changed, line.moved = true, line.moved or place.token > 0
        else
            line.places[#line.places + 1] = place
        end
    end
    return line
end

-- A lock's key without an expiry is neither tooz's nor ours.
local function refuse(line)
    if line.foreign and redis.call('PTTL', line.lock) == -1 then
        error('FOREIGN ' .. line.lock)
    end
end

local function find(line, id)
    for at, place in ipairs(line.places) do
        if place.id == id then
            return at, place
        end
    end
end

-- Grants to all who are admitted beside everybody ahead of them.
local function grant(line, id)
    local size, kind = 0, nil
    if line.foreign then
        size, kind = 1, 'foreign'
    end
    for _, place in ipairs(line.places) do
        local own = string.sub(place.mode, 1, 1)
        if place.token == 0 and (size == 0 or own ~= 'x' and own == kind
                and (own == 'r' or size < tonumber(string.sub(place.mode, 2)))) then
            place.token, place.since = draw(), micros()
            line.changed, line.moved = true, true
            if place.id ~= id then
                line.messages[#line.messages + 1] = { place.id, string.format('held %s %.0f', place.id, place.token) }
            end
        end
        if size == 0 then
            kind = own
        elseif kind ~= own then
            kind = 'mixed'
        end
        size = size + 1
    end
end

local function write(line)
    if line.changed then
        local rows, ttl, hold, holder = {}, 0, 0, nil
        for at, place in ipairs(line.places) do
            rows[at] = row(place)
            ttl = math.max(ttl, place.lease)
            if place.token > 0 then
                hold = math.max(hold, place.lease)
                if not holder or place.id == line.value then
                    holder = place.id
                end
            end
        end
        if #rows > 0 then
            redis.call('SET', line.key, table.concat(rows, '\n'), 'PX', ttl)
            if holder and (line.moved or holder ~= line.value) then
                redis.call('SET', line.lock, holder, 'PX', hold)
            elseif not holder and line.value and not line.foreign then
                redis.call('DEL', line.lock)
            end
        elseif line.value and not line.foreign then
            redis.call('DEL', line.lock, line.key)
        else
            redis.call('DEL', line.key)
        end
        if last then
            redis.call('SET', prefix .. ':token', string.format('%.0f', last))
            last = nil
        end
    end
    for _, message in ipairs(line.messages) do
        redis.call('PUBLISH', session(message[1]), message[2])
    end
    -- Nobody watches who has a lock.
    if line.moved and string.find(line.key, ':line:leader_of_', 1, true) then
        redis.call('PUBLISH', prefix .. ':changed' .. string.sub(line.key, #prefix + 1), '')
    end
end

-- After how many milliseconds those who keep a place waiting may be gone without a word. A stranger never says one.
local function patience(line, at)
    local place, before = line.places[at], line.places[at - 1]
    if not before then
        return math.min(redis.call('PTTL', line.lock), 250)
    end
    local left = redis.call('PTTL', session(before.id))
    if before.token > 0 then
        local least = string.sub(place.mode, 1, 1) == 'p'
        for i = 1, at - 2 do
            local other = redis.call('PTTL', session(line.places[i].id))
            if least then
                left = math.min(left, other)
            else
                left = math.max(left, other)
            end
        end
    end
    return left
end

-- What a claim is told: its token, or while it waits minus the milliseconds after which to look again.
local function outcome(line, at)
    local token = line.places[at].token
    return token > 0 and token or -math.max(0, patience(line, at))
end

local function standing()
    return redis.call('GET', KEYS[3])
end

local function over()
    return redis.error_reply('SESSION_OVER the session is over')
end
