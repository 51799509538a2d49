-- KEYS lock, line   ARGV prefix
local line = read(KEYS[1], KEYS[2], false)
grant(line, '')
write(line)
local left, rows = -1, {}
for _, place in ipairs(line.places) do
    if place.token > 0 then
        rows[#rows + 1] = row(place)
        local expiry = redis.call('PTTL', session(place.id))
        left = left < 0 and expiry or math.min(left, expiry)
    end
end
if line.foreign then
    left = math.min(redis.call('PTTL', line.lock), 1000)
end
return { left, line.foreign and line.value or '', rows }
