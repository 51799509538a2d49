-- KEYS lock, line, own session   ARGV prefix, id
if not standing() then
    return over()
end
local line = read(KEYS[1], KEYS[2], ARGV[2])
refuse(line)
local at = find(line, ARGV[2])
grant(line, ARGV[2])
write(line)
if not at then
    return false
end
return outcome(line, at)
