-- KEYS lock, line   ARGV prefix
local line = read(KEYS[1], KEYS[2], false)
local left, evicted = {}, 0
for _, place in ipairs(line.places) do
    if place.token > 0 then
        lose(line, place)
        line.changed, line.moved, evicted = true, true, 1
    else
        left[#left + 1] = place
    end
end
if line.foreign then
    redis.call('DEL', line.lock)
    line.value, line.foreign, line.moved, evicted = false, false, true, 1
end
line.places = left
grant(line, '')
write(line)
return evicted
