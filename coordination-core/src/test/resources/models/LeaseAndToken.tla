---- MODULE LeaseAndToken ----
\* One lock, granted for a lease with a token, by one store; one resource that the lock protects. Time goes in whole steps and is
\* the same for all: how far clocks may differ is the margin of Belief, which is arithmetic and not modelled.
EXTENDS Naturals, FiniteSets, TLC
CONSTANTS
    C,        \* clients
    TTL,      \* the lease
    END,      \* the end of time
    GRANTS,   \* so many are looked at
    NONE,
    FromSend, \* a lease is counted from before the request was sent, not from the answer
    Checked,  \* renewals and releases act on the claim of their token only
    Durable,  \* the store remembers over a restart who holds
    Counts,   \* and which token it drew last
    Quiet,    \* after a restart it grants nothing for a lease
    Fenced    \* the resource refuses tokens smaller than the greatest that it has seen
VARIABLES
    now,
    holder, until, counter, quiet,  \* the store
    restarts, greatest,             \* how often it restarted, and the greatest token that it ever drew
    client,                         \* what each client thinks
    net, writes,                    \* what is on its way
    seen,                           \* the greatest token that the resource has seen
    stale, regress                  \* whether it took an older one after that; whether a token was not greater
store == <<holder, until, counter, quiet>>
ghosts == <<greatest, regress>>
resource == <<seen, stale>>
vars == <<now, store, restarts, ghosts, client, net, writes, resource>>

Idle == [st |-> "idle", t0 |-> 0, tok |-> 0, until |-> 0]
Init == /\ now = 0 /\ holder = NONE /\ until = 0 /\ counter = 0 /\ quiet = 0 /\ restarts = 0 /\ greatest = 0
        /\ client = [c \in C |-> Idle] /\ net = {} /\ writes = {} /\ seen = 0 /\ stale = FALSE /\ regress = FALSE
Believes(c) == client[c].st = "held" /\ now < client[c].until
Message(kind, c, t0, tok) == [k |-> kind, c |-> c, t0 |-> t0, tok |-> tok]
Lease(t0) == (IF FromSend THEN t0 ELSE now) + TTL

Tick == now < END /\ now' = now + 1 /\ UNCHANGED <<store, restarts, ghosts, client, net, writes, resource>>
Restart == /\ restarts < 1 /\ restarts' = 1
           /\ IF Durable THEN UNCHANGED <<holder, until>> ELSE holder' = NONE /\ until' = 0
           /\ counter' = (IF Counts THEN counter ELSE 0)
           /\ quiet' = (IF Quiet THEN now + TTL ELSE 0)
           /\ UNCHANGED <<now, ghosts, client, net, writes, resource>>

\* What a client does.
Ask(c) == /\ client[c].st = "idle"
          /\ client' = [client EXCEPT ![c] = [Idle EXCEPT !.st = "asked", !.t0 = now]]
          /\ net' = net \cup {Message("claim", c, now, 0)}
          /\ UNCHANGED <<now, store, restarts, ghosts, writes, resource>>
Renew(c) == /\ Believes(c) /\ client[c].t0 < now
            /\ client' = [client EXCEPT ![c].t0 = now]
            /\ net' = net \cup {Message("renew", c, now, client[c].tok)}
            /\ UNCHANGED <<now, store, restarts, ghosts, writes, resource>>
Release(c) == /\ client[c].st = "held" /\ client' = [client EXCEPT ![c] = Idle]
              /\ net' = net \cup {Message("release", c, 0, client[c].tok)}
              /\ UNCHANGED <<now, store, restarts, ghosts, writes, resource>>
GiveUp(c) == /\ client[c].st = "asked" \/ (client[c].st = "held" /\ ~Believes(c))
             /\ client' = [client EXCEPT ![c] = Idle]
             /\ UNCHANGED <<now, store, restarts, ghosts, net, writes, resource>>
Write(c) == /\ Believes(c) /\ writes' = writes \cup {client[c].tok}
            /\ UNCHANGED <<now, store, restarts, ghosts, client, net, resource>>
Answer(m) == /\ m.k \in {"granted", "renewed"} /\ net' = net \ {m}
             /\ LET it == client[m.c] IN
                IF m.k = "granted" /\ it.st = "asked" /\ it.t0 = m.t0
                THEN client' = [client EXCEPT ![m.c] = [st |-> "held", t0 |-> m.t0, tok |-> m.tok, until |-> Lease(m.t0)]]
                \* A late answer revives nothing.
                ELSE IF m.k = "renewed" /\ Believes(m.c) /\ it.tok = m.tok /\ it.t0 = m.t0
                THEN client' = [client EXCEPT ![m.c].until = Lease(m.t0)]
                ELSE UNCHANGED client
             /\ UNCHANGED <<now, store, restarts, ghosts, writes, resource>>

\* What the store does.
Grant(m) == /\ m.k = "claim" /\ now >= quiet /\ (holder = NONE \/ now >= until)
            /\ holder' = m.c /\ until' = now + TTL /\ counter' = counter + 1 /\ UNCHANGED quiet
            /\ regress' = (regress \/ counter + 1 <= greatest)
            /\ greatest' = (IF counter + 1 > greatest THEN counter + 1 ELSE greatest)
            /\ net' = (net \ {m}) \cup {Message("granted", m.c, m.t0, counter + 1)}
            /\ UNCHANGED <<now, restarts, client, writes, resource>>
Held(m) == holder # NONE /\ now < until /\ (Checked => m.c = holder /\ m.tok = counter)
Prolong(m) == /\ m.k = "renew"
              /\ IF Held(m) THEN until' = now + TTL /\ net' = (net \ {m}) \cup {Message("renewed", m.c, m.t0, m.tok)}
                 ELSE UNCHANGED until /\ net' = net \ {m}
              /\ UNCHANGED <<now, holder, counter, quiet, restarts, ghosts, client, writes, resource>>
Free(m) == /\ m.k = "release" /\ net' = net \ {m} /\ holder' = (IF Held(m) THEN NONE ELSE holder)
           /\ UNCHANGED <<now, until, counter, quiet, restarts, ghosts, client, writes, resource>>
Drop(m) == net' = net \ {m} /\ UNCHANGED <<now, store, restarts, ghosts, client, writes, resource>>

\* What the resource does.
Arrive(tok) == /\ writes' = writes \ {tok}
               /\ IF Fenced /\ tok < seen THEN UNCHANGED resource
                  ELSE seen' = (IF tok > seen THEN tok ELSE seen) /\ stale' = (stale \/ tok < seen)
               /\ UNCHANGED <<now, store, restarts, ghosts, client, net>>

Next == \/ Tick \/ Restart
        \/ \E c \in C : Ask(c) \/ Renew(c) \/ Release(c) \/ GiveUp(c) \/ Write(c)
        \/ \E m \in net : Answer(m) \/ Grant(m) \/ Prolong(m) \/ Free(m) \/ Drop(m)
        \/ \E tok \in writes : Arrive(tok)
Spec == Init /\ [][Next]_vars

Same == Permutations(C)
Bound == Cardinality(net) <= 2 /\ Cardinality(writes) <= 2 /\ counter <= GRANTS
OneBeliever == Cardinality({c \in C : Believes(c)}) <= 1
NoStaleWrite == ~stale
TokensRise == ~regress
====
