local session = standing()
if not session then
    return over()
end
if string.find(session, '\n' .. ARGV[2], 1, true) then
    return false
end
local line = read(KEYS[1], KEYS[2], ARGV[2])
refuse(line)
local at = find(line, ARGV[2])
if not at then
    at = #line.places + 1
    line.places[at] =
        { id = ARGV[2], mode = ARGV[3], token = 0, since = micros(), lease = tonumber(ARGV[4]), member = ARGV[5] }
    line.changed = true
end
grant(line, ARGV[2])
write(line)
return outcome(line, at)
