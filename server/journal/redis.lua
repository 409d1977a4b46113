-- The journal in Redis: every call that changes or fences something is one run of this script, so that a check of
-- the epoch and what follows from it are one. KEYS[1]: prefix of the room. KEYS[2]: prefix of what all rooms share.
-- KEYS[3]: the channel on which claims are told.
-- ARGV: the call, then what it is given. The first answer is how it went.
local room, shared, claims = KEYS[1], KEYS[2], KEYS[3]
local call = ARGV[1]

local journals = room .. ':journals'         -- journals of this room id, the newest last
local rooms = shared .. ':rooms'             -- rooms that have not ended, by when they were made
local dues = shared .. ':due'                -- settled rooms that are fine, by deadline
local unsettled = shared .. ':unsettled'     -- index of rooms by owner
local machines = shared .. ':machine'        -- index of rooms by machine
local room_id = string.sub(room, #(shared .. ':room:') + 1)
local function head(journal) return room .. ':' .. journal .. ':head' end
local function log(journal) return room .. ':' .. journal .. ':log' end
local function snap(journal) return room .. ':' .. journal .. ':snapshot' end
local function of(journal) return shared .. ':journal:' .. journal end

local function newest() return redis.call('LINDEX', journals, -1) end
local function get(journal, ...) return redis.call('HMGET', head(journal), ...) end
local function set(journal, ...) redis.call('HSET', head(journal), ...) end

-- In the index, those that are due at the same time stand in the order in which they were made.
local function place(journal) return get(journal, 'made')[1] .. ' ' .. get(journal, 'room')[1] end
local function undue(journal) redis.call('ZREM', dues, place(journal)) end
local function due(journal)
  local h = get(journal, 'last', 'settled', 'deadline', 'quarantined', 'ended')
  if h[3] and not h[4] and h[5] ~= '1' and h[1] == h[2] then redis.call('ZADD', dues, h[3], place(journal))
  else undue(journal) end
end

-- Indexes: a set of names, and a set of rooms for each of them. Those of owners have rooms that are unsettled and fine.
local function member(index, name, there)
  local rooms = index .. ':' .. name
  if there then
    if redis.call('SADD', rooms, room_id) == 1 then redis.call('SADD', index, name) end
  elseif redis.call('SREM', rooms, room_id) == 1 and redis.call('EXISTS', rooms) == 0 then
    redis.call('SREM', index, name)
  end
end
local function index(journal)
  local h = get(journal, 'owner', 'machine', 'last', 'settled', 'quarantined', 'ended')
  local open = h[6] == '0'
  member(unsettled, h[1], open and not h[5] and h[3] ~= h[4])
  member(machines, h[2], open)
  redis.call(open and h[5] and 'SADD' or 'SREM', shared .. ':quarantined', room_id)
end

local function say(journal, epoch, owner)
  local told = cjson.encode({ room = get(journal, 'room')[1], owner = owner, epoch = tonumber(epoch) })
  redis.call('PUBLISH', claims, told)
end

-- Calls under a claim: ARGV[2] and ARGV[3] are its journal and its epoch.
local journal, epoch = ARGV[2], ARGV[3]
local function held()
  local h = get(journal, 'epoch', 'ended')
  return h[1] == epoch and h[2] == '0'
end

local calls = {}

function calls.create()
  local name, machine, new, owner, genesis = ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
  local old = newest()
  if old then
    local h = get(old, 'ended', 'owner', 'epoch')
    if h[1] == '0' then return { old == new and h[2] == owner and h[3] == '1' and 'ok' or 'exists' } end
  end
  if redis.call('EXISTS', of(new)) == 1 then return { 'used' } end
  local made = string.format('%016d', redis.call('INCR', shared .. ':made'))
  redis.call('SET', of(new), name)
  redis.call('RPUSH', journals, new)
  redis.call('XADD', log(new), '0-1', 'e', '1', 'b', genesis)
  set(new, 'room', name, 'journal', new, 'machine', machine, 'owner', owner, 'epoch', '1', 'made', made,
    'last', '0', 'settled', '-1', 'attempts', '0', 'ended', '0')
  redis.call('ZADD', rooms, made, name)
  index(new)
  say(new, 1, owner)
  return { 'ok' }
end

function calls.find()
  local found = newest()
  return { 'ok', found and redis.call('HGETALL', head(found)) or {} }
end

function calls.claim()
  local owner, expect = ARGV[2], ARGV[3]
  local found = newest()
  local h = found and get(found, 'ended', 'epoch', 'machine')
  if not h or h[1] == '1' then return { 'gone' } end
  if expect ~= '' and expect ~= h[2] then return { 'lost' } end
  local raised = redis.call('HINCRBY', head(found), 'epoch', 1)
  member(unsettled, get(found, 'owner')[1], false)
  set(found, 'owner', owner)
  index(found)
  say(found, raised, owner)
  return { 'ok', found, h[3], tostring(raised) }
end

-- ARGV[4] says after which batch ('start', 'snapshot' or its number), ARGV[5] how many.
local function page()
  local after, most = ARGV[4], ARGV[5]
  local first = after == 'start' or after == 'snapshot'
  local n = tonumber(after) or -1
  if after == 'snapshot' then n = tonumber(redis.call('HGET', snap(journal), 'n') or '-1') end
  local entries = redis.call('XRANGE', log(journal), (n + 1) .. '-0', '+', 'COUNT', most)
  if not first then return { 'ok', {}, entries, '' } end
  return { 'ok', redis.call('HGETALL', snap(journal)), entries, get(journal, 'mark')[1] or '' }
end

function calls.load()
  if not held() then return { 'fenced' } end
  return page()
end

function calls.read()
  if redis.call('GET', of(journal)) ~= ARGV[3] then return { 'none' } end
  return page()
end

function calls.entry()
  if not held() then return { 'fenced' } end
  return { 'ok', redis.call('XRANGE', log(journal), ARGV[4] .. '-1', ARGV[4] .. '-1') }
end

function calls.append()
  if not held() then return { 'fenced' } end
  local n, bytes = tonumber(ARGV[4]), ARGV[5]
  local h = get(journal, 'last', 'settled')
  local last = tonumber(h[1])
  if n == last + 1 then
    redis.call('XADD', log(journal), n .. '-1', 'e', epoch, 'b', bytes)
    set(journal, 'last', n)
    if h[1] == h[2] then
      undue(journal)
      index(journal)
    end
    return { 'ok' }
  end
  local there = redis.call('XRANGE', log(journal), n .. '-1', n .. '-1')[1]
  if not there then return { 'notnext', h[1] } end
  return { there[2][2] == epoch and there[2][4] == bytes and 'ok' or 'taken' }
end

function calls.snapshot()
  if not held() then return { 'fenced' } end
  local n, bytes, trim = tonumber(ARGV[4]), ARGV[5], ARGV[6] == '1'
  local last = tonumber(get(journal, 'last')[1])
  if n > last then return { 'beyond', tostring(last) } end
  if n < tonumber(redis.call('HGET', snap(journal), 'n') or '-1') then return { 'ok' } end
  redis.call('HSET', snap(journal), 'n', n, 'e', epoch, 'b', bytes)
  if trim then redis.call('XTRIM', log(journal), 'MINID', '=', (n + 1) .. '-0') end
  return { 'ok' }
end

function calls.settle()
  if not held() then return { 'fenced' } end
  local n, deadline = tonumber(ARGV[4]), ARGV[5]
  local last = tonumber(get(journal, 'last')[1])
  if n > last then return { 'beyond', tostring(last) } end
  if n < last then return { 'ok' } end
  set(journal, 'settled', n, 'mark', ARGV[6])
  redis.call('HDEL', head(journal), 'unproven')
  if deadline == '' then redis.call('HDEL', head(journal), 'deadline') else set(journal, 'deadline', deadline) end
  due(journal)
  index(journal)
  return { 'ok' }
end

function calls.restoring()
  if not held() then return { 'fenced' } end
  return { 'ok', tostring(redis.call('HINCRBY', head(journal), 'attempts', 1)) }
end

function calls.restored()
  if get(journal, 'ended')[1] == '0' then set(journal, 'attempts', '0') end
  return { 'ok' }
end

calls['end'] = function()
  local h = get(journal, 'ended', 'epoch', 'last', 'room')
  if not h[1] or (h[1] == '1' and h[2] == epoch) then return { 'ok' } end
  if not held() then return { 'fenced' } end
  undue(journal)
  redis.call('ZREM', rooms, h[4])
  set(journal, 'ended', '1', 'settled', h[3])
  index(journal)
  redis.call('HDEL', head(journal), 'deadline')
  if ARGV[4] == '1' then return { 'ok' } end
  redis.call('DEL', head(journal), log(journal), snap(journal), of(journal))
  redis.call('LREM', journals, -1, journal)
  return { 'ok' }
end

function calls.quarantined()
  local found = newest()
  if not found or get(found, 'ended')[1] == '1' then return { 'ok' } end
  if ARGV[2] == '' then
    redis.call('HDEL', head(found), 'quarantined')
    set(found, 'attempts', '0')
    if ARGV[3] == '1' then set(found, 'unproven', '1') end
  else
    set(found, 'quarantined', ARGV[2])
    redis.call('HDEL', head(found), 'unproven')
  end
  due(found)
  index(found)
  return { 'ok' }
end

return calls[call]()
