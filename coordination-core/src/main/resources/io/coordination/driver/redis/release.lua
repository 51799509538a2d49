if KEYS[3] and standing() then
    -- Keeps the key's expiry.
    redis.call('APPEND', KEYS[3], '\n' .. ARGV[2])
end
local line = read(KEYS[1], KEYS[2], ARGV[2])
local at, place = find(line, ARGV[2])
local had = 0
if at then
    table.remove(line.places, at)
    line.changed, line.moved, had = true, line.moved or place.token > 0, 1
elseif line.value == ARGV[2] then
    line.changed, line.moved, had = true, true, 1
end
grant(line, ARGV[2])
write(line)
return had
