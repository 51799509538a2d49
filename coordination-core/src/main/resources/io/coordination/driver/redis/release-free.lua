-- KEYS lock, line, own session   ARGV prefix, id, '1' when a claim of this id may still be under way, channel of changes
-- Nobody else has the lock or waits for it: no need to define what the rest of this script is about.
if ARGV[3] ~= '1' and redis.call('GET', KEYS[1]) == ARGV[2] then
    local text = redis.call('GET', KEYS[2])
    if text and string.sub(text, 1, 32) == ARGV[2] and not string.find(text, '\n', 1, true) then
        redis.call('DEL', KEYS[1], KEYS[2])
        redis.call('PUBLISH', ARGV[4], '')
        return 1
    end
end

