-- KEYS hash, seats   ARGV prefix
if redis.call('EXISTS', KEYS[1]) == 0 then
    return missing()
end
return living()
