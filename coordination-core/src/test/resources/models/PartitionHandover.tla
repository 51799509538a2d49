---- MODULE PartitionHandover ----
\* Work shared out over the members of a group. Each member computes the owner of a partition from the members that it knows
\* of; news of a change comes when it comes. Who works on a partition may have to hold the partition's own lock.
EXTENDS Naturals, Sequences, FiniteSets
CONSTANTS
    N,          \* members 1..N
    P,          \* partitions 1..P
    CHANGES,    \* so often a member joins or is lost
    HoldsFirst, \* a member works only while it holds the lock of the partition
    LetsGo,     \* it gives the lock back when it knows that another member owns
    EndsInTime, \* it believes in nothing for longer than the store keeps its session
    Fenced      \* the resource refuses tokens smaller than the greatest that it has seen
VARIABLES
    groups,     \* the sets of members that there were, the last one is the present one
    view,       \* which of them a member knows of; 0 while it knows that it is none
    holder,     \* who holds the lock of a partition, by the store
    counter,    \* the last token that the store drew for it
    hold,       \* the token that a member believes to hold for a partition, 0 for none
    writes,     \* what is on its way to the resource
    seen,       \* the greatest token that the resource has seen
    newest,     \* of which claim, or view, the newest write was that it took
    stale       \* whether it took an older one after that
vars == <<groups, view, holder, counter, hold, writes, seen, newest, stale>>

Members == 1..N
Parts == 1..P
Present == groups[Len(groups)]
\* Consistent hashing in small: the next member of the circle.
Owner(g, p) == IF \E m \in g : m >= p THEN CHOOSE m \in g : m >= p /\ \A n \in g : n >= p => m <= n
               ELSE CHOOSE m \in g : \A n \in g : m <= n
Owns(m, p) == view[m] > 0 /\ Owner(groups[view[m]], p) = m
Works(m, p) == Owns(m, p) /\ (HoldsFirst => hold[m][p] > 0)
Nothing == [p \in Parts |-> 0]

Init == /\ groups = <<Members>> /\ view = [m \in Members |-> 1]
        /\ holder = Nothing /\ counter = Nothing /\ hold = [m \in Members |-> Nothing]
        /\ writes = {} /\ seen = Nothing /\ newest = Nothing /\ stale = FALSE

Hear(m) == /\ view[m] > 0 /\ view[m] < Len(groups) /\ m \in Present
           /\ view' = [view EXCEPT ![m] = Len(groups)]
           /\ UNCHANGED <<groups, holder, counter, hold, writes, seen, newest, stale>>
Claim(m, p) == /\ HoldsFirst /\ Owns(m, p) /\ m \in Present /\ holder[p] = 0 /\ hold[m][p] = 0
               /\ holder' = [holder EXCEPT ![p] = m] /\ counter' = [counter EXCEPT ![p] = @ + 1]
               /\ hold' = [hold EXCEPT ![m][p] = counter[p] + 1]
               /\ UNCHANGED <<groups, view, writes, seen, newest, stale>>
Release(m, p) == /\ LetsGo /\ hold[m][p] > 0 /\ ~Owns(m, p)
                 /\ hold' = [hold EXCEPT ![m][p] = 0]
                 /\ holder' = (IF holder[p] = m THEN [holder EXCEPT ![p] = 0] ELSE holder)
                 /\ UNCHANGED <<groups, view, counter, writes, seen, newest, stale>>
\* The store ends a session: what it held is free, and the member is none.
Lose(m) == /\ m \in Present /\ Cardinality(Present) > 1 /\ Len(groups) <= CHANGES
           /\ groups' = Append(groups, Present \ {m})
           /\ holder' = [p \in Parts |-> IF holder[p] = m THEN 0 ELSE holder[p]]
           /\ IF EndsInTime THEN view' = [view EXCEPT ![m] = 0] /\ hold' = [hold EXCEPT ![m] = Nothing]
              ELSE UNCHANGED <<view, hold>>
           /\ UNCHANGED <<counter, writes, seen, newest, stale>>
\* The member finds that it was lost.
Notice(m) == /\ m \notin Present /\ view[m] > 0
             /\ view' = [view EXCEPT ![m] = 0] /\ hold' = [hold EXCEPT ![m] = Nothing]
             /\ UNCHANGED <<groups, holder, counter, writes, seen, newest, stale>>
Join(m) == /\ m \notin Present /\ view[m] = 0 /\ Len(groups) <= CHANGES
           /\ groups' = Append(groups, Present \cup {m}) /\ view' = [view EXCEPT ![m] = Len(groups) + 1]
           /\ UNCHANGED <<holder, counter, hold, writes, seen, newest, stale>>
Write(m, p) == /\ Works(m, p) /\ Cardinality(writes) < 2
               /\ writes' = writes \cup {[p |-> p, by |-> IF HoldsFirst THEN hold[m][p] ELSE view[m]]}
               /\ UNCHANGED <<groups, view, holder, counter, hold, seen, newest, stale>>
Arrive(w) == /\ w \in writes /\ writes' = writes \ {w}
             /\ IF Fenced /\ w.by < seen[w.p] THEN UNCHANGED <<seen, newest, stale>>
                ELSE /\ seen' = [seen EXCEPT ![w.p] = w.by]
                     /\ stale' = (stale \/ w.by < newest[w.p])
                     /\ newest' = [newest EXCEPT ![w.p] = IF w.by > @ THEN w.by ELSE @]
             /\ UNCHANGED <<groups, view, holder, counter, hold>>

Next == \/ \E m \in Members : Hear(m) \/ Lose(m) \/ Notice(m) \/ Join(m)
        \/ \E m \in Members, p \in Parts : Claim(m, p) \/ Release(m, p) \/ Write(m, p)
        \/ \E w \in writes : Arrive(w)
Fair == /\ \A m \in Members : WF_vars(Hear(m)) /\ WF_vars(Notice(m))
        /\ \A m \in Members, p \in Parts : WF_vars(Claim(m, p)) /\ WF_vars(Release(m, p))
Spec == Init /\ [][Next]_vars /\ Fair

OneOwner == \A p \in Parts : Cardinality({m \in Members : Owns(m, p)}) <= 1
OneWorker == \A p \in Parts : Cardinality({m \in Members : Works(m, p)}) <= 1
NoStaleWrite == ~stale
Served == \A p \in Parts : <>[](\E m \in Members : Works(m, p))
====
