# A member of a mixed fleet: obeys commands, one line each, and answers with one line of JSON.
import json
import sys
import threading
import time

from kazoo import exceptions
from tooz import coordination

url, member = sys.argv[1:3]
c = coordination.get_coordinator(url, member.encode())
c.start(start_heart=True)
mutex = threading.Lock()
locks, partitioners, events, led = {}, {}, [], []


def watch(group):
    c.watch_join_group(group, lambda e: events.append("joined " + e.member_id.decode()))
    c.watch_leave_group(group, lambda e: events.append("left " + e.member_id.decode()))


def tick():
    while True:
        time.sleep(0.05)
        with mutex:
            try:
                c.run_watchers()
            except coordination.ToozError as e:
                events.append("failed " + str(e))


def lock(name):
    return locks.setdefault(name, c.get_lock(name.encode()))


def acquire(name, seconds):
    try:
        return lock(name).acquire(blocking=float(seconds))
    except exceptions.LockTimeout:
        return False


def elect(group):
    c.watch_elected_as_leader(group, lambda e: led.append(e.group_id.decode()))


def partition(group, weight):
    partitioners[group] = c.join_partitioned_group(group, weight=int(weight))


def members(group):
    return {
        m.decode(): c.get_member_capabilities(group, m).get()
        for m in sorted(c.get_members(group).get())
        if m != b"leader"
    }


def owners(group, keys):
    ring = partitioners[group]
    return [next(iter(ring.members_for_object("key-%d" % i))).decode() for i in range(int(keys))]


def obey(command, name="", argument=""):
    group = name.encode()
    if command == "acquire":
        return acquire(name, argument)
    with mutex:
        return {
            "create": lambda: c.create_group(group).get(),
            "join": lambda: c.join_group(group, json.loads(argument)).get(),
            "leave": lambda: c.leave_group(group).get(),
            "members": lambda: members(group),
            "groups": lambda: sorted(g.decode() for g in c.get_groups().get()),
            "watch": lambda: watch(group),
            "events": lambda: list(events),
            "try": lambda: lock(name).acquire(blocking=False),
            "release": lambda: lock(name).release(),
            "elect": lambda: elect(group),
            "led": lambda: len(led),
            "leader": lambda: (c.get_leader(group).get() or b"").decode(),
            "stand-down": lambda: c.stand_down_group_leader(group),
            "partition": lambda: partition(group, argument),
            "owners": lambda: owners(group, argument),
            "stop": lambda: c.stop(),
        }[command]()


threading.Thread(target=tick, daemon=True).start()
print('"ready"', flush=True)
for line in sys.stdin:
    try:
        answer = obey(*line.rstrip("\n").split(" ", 2))
    except Exception as e:
        answer = {"error": type(e).__name__ + ": " + str(e)}
    print(json.dumps(answer, separators=(",", ":")), flush=True)
