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
    return { 0, 0, 0 }
end
line.changed, line.moved = true, true
local next_place = { id = ARGV[3], mode = 'x', token = 0, since = micros(), lease = tonumber(ARGV[4]), member = ARGV[5] }
line.places[#line.places + 1] = next_place
grant(line, ARGV[3])
write(line)
return { 1, next_place.token, patience(line, #line.places) }
