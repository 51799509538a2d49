local session = standing()
if not session or string.find(session, '\n' .. ARGV[3], 1, true) then
    return over()
end
local line = read(KEYS[1], KEYS[2], ARGV[2])
refuse(line)
local at = find(line, ARGV[2])
if at then
    table.remove(line.places, at)
elseif line.value ~= ARGV[2] then
    write(line)
    return false
end
line.changed, line.moved = true, true
line.places[#line.places + 1] =
    { id = ARGV[3], mode = 'x', token = 0, since = micros(), lease = tonumber(ARGV[4]), member = ARGV[5] }
grant(line, ARGV[3])
write(line)
return outcome(line, #line.places)
