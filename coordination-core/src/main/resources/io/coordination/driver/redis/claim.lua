local session = standing()
if not session then
    return over()
end
if string.find(session, '\n' .. ARGV[2], 1, true) then
    return { -1, 0 }
end
local line = read(KEYS[1], KEYS[2], ARGV[2])
refuse(line)
local at, place = find(line, ARGV[2])
if not at then
    at = #line.places + 1
    place = { id = ARGV[2], mode = ARGV[3], token = 0, since = micros(), lease = tonumber(ARGV[4]), member = ARGV[5] }
    line.places[at] = place
    line.changed = true
end
grant(line, ARGV[2])
write(line)
return { place.token, patience(line, at) }
