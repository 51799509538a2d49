-- KEYS mark   ARGV expected, mark
local found = redis.call('GET', KEYS[1]) or '0'
if found == ARGV[1] and found ~= ARGV[2] then
    if ARGV[2] == '0' then
        redis.call('DEL', KEYS[1])
    else
        redis.call('SET', KEYS[1], ARGV[2])
    end
end
return found
