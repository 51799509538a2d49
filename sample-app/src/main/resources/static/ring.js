// The picture: alarms as beads where their keys are on the hash ring, threads to who evaluates them, a crown for the leader.

const SVG = 'http://www.w3.org/2000/svg';
const CENTRE = 500;
const RADIUS = 405;
const BEAD = 5.2;
const LANES = [0, -13, 13, -26, 26];

const still = matchMedia('(prefers-reduced-motion: reduce)');

function element(name, attributes = {}, parent) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent?.append(made);
  return made;
}

function at(angle, radius) {
  const turn = angle * 2 * Math.PI - Math.PI / 2;
  return { x: CENTRE + radius * Math.cos(turn), y: CENTRE + radius * Math.sin(turn) };
}

/** Puts beads that would cover each other into lanes beside the rail. */
function lanes(alarms) {
  const near = (2.1 * BEAD) / (2 * Math.PI * RADIUS);
  const last = LANES.map(() => -1);
  const lane = new Map();
  for (const alarm of [...alarms].sort((a, b) => a.angle - b.angle)) {
    let free = last.findIndex((angle) => alarm.angle - angle >= near);
    if (free < 0) free = last.indexOf(Math.min(...last));
    last[free] = alarm.angle;
    lane.set(alarm.id, LANES[free]);
  }
  return lane;
}

const SIGNS = {
  NOTICE: ['circle', { r: 9 }],
  WARNING: ['path', { d: 'M0,-12 L11,8 L-11,8 Z' }],
  CRITICAL: ['path', { d: 'M0,-15 L13,0 L0,15 L-13,0 Z' }],
};

export class Ring {
  #svg = document.getElementById('ring');
  #crown = document.getElementById('crown');
  #beads = [];
  #nodes = new Map();
  #leader = null;
  #crownAt = null;
  #frame = 0;

  /** @param alarms as /api/alarms gives them */
  show(alarms) {
    const threads = document.getElementById('threads');
    const dots = document.getElementById('dots');
    threads.replaceChildren();
    dots.replaceChildren();
    const lane = lanes(alarms);
    this.#beads = alarms.map((alarm) => {
      const place = at(alarm.angle, RADIUS + lane.get(alarm.id));
      const group = element('g', { 'data-alarm': alarm.id }, dots);
      const title = element('title', {}, group);
      element('circle', { class: 'bead', cx: place.x, cy: place.y, r: BEAD }, group);
      return { alarm, place, group, title, thread: element('path', {}, threads), owner: undefined, end: null, state: '' };
    });
  }

  /**
   * @param members each with key, name, colour, alarms, self and weight, in order
   * @param leader the key of the leading member, or null
   * @param owners for each alarm the index of its owner, or -1
   * @param stateOf says of an alarm's id whether it is firing, unknown, or calm
   */
  update(members, leader, owners, stateOf) {
    this.#place(members);
    this.#leader = this.#nodes.has(leader) ? leader : null;
    this.#beads.forEach((bead, i) => this.#dress(bead, members[owners[i]], stateOf(bead.alarm.id)));
    this.#run();
  }

  /** Brings out what one member has, or nothing. */
  choose(key) {
    this.#svg.classList.toggle('chosen', key !== null);
    for (const bead of this.#beads) {
      bead.group.classList.toggle('of-chosen', key !== null && bead.owner === key);
      bead.thread.classList.toggle('of-chosen', key !== null && bead.owner === key);
    }
  }

  #place(members) {
    const size = Math.max(28, 70 - 4 * Math.max(0, members.length - 3));
    const alone = members.length === 1;
    members.forEach((member, i) => {
      const target = alone ? { x: CENTRE, y: CENTRE } : at(i / members.length, 205);
      let node = this.#nodes.get(member.key);
      if (!node) {
        const group = element('g', { class: `node ${member.colour}` }, document.getElementById('nodes'));
        node = {
          group,
          title: element('title', {}, group),
          here: element('circle', { class: 'here' }, group),
          disc: element('circle', {}, group),
          name: element('text', { class: 'name' }, group),
          count: element('text', { class: 'count' }, group),
          now: { x: CENTRE, y: CENTRE },
        };
        group.addEventListener('pointerenter', () => this.choose(member.key));
        group.addEventListener('pointerleave', () => this.choose(null));
        this.#nodes.set(member.key, node);
      }
      node.target = target;
      node.size = size;
      node.group.setAttribute('class', `node ${member.colour}`);
      node.disc.setAttribute('r', size);
      node.here.setAttribute('r', member.self ? size + 10 : 0);
      node.title.textContent = member.key;
      node.name.textContent = member.name;
      node.name.setAttribute('y', size * 0.08);
      node.name.setAttribute('font-size', Math.min(size * 0.45, (size * 2.6) / member.name.length));
      node.count.setAttribute('y', size * 0.52);
      node.count.setAttribute('font-size', size * 0.33);
      node.count.textContent = member.alarms;
    });
    const there = new Set(members.map((member) => member.key));
    for (const [key, node] of this.#nodes) {
      if (!there.has(key)) {
        this.#nodes.delete(key);
        node.group.classList.add('gone');
        setTimeout(() => node.group.remove(), 600);
      }
    }
  }

  #dress(bead, owner, state) {
    const colour = owner?.colour ?? 'c-none';
    bead.owner = owner?.key;
    bead.thread.setAttribute('class', `thread ${colour}`);
    bead.group.setAttribute('class', `alarm ${colour} ${state} ${bead.alarm.severity.toLowerCase()}`);
    bead.title.textContent = `${bead.alarm.id}, ${state || 'calm'}, evaluated by ${owner?.name ?? 'nobody'}`;
    if ((state === 'firing') !== (bead.state === 'firing')) {
      if (state === 'firing') this.#raise(bead);
      else bead.flag.remove();
    }
    bead.state = state;
  }

  #raise(bead) {
    const top = at(bead.alarm.angle, RADIUS + 66);
    bead.flag = element('g', {}, bead.group);
    element('line', { class: 'pole', x1: bead.place.x, y1: bead.place.y, x2: top.x, y2: top.y }, bead.flag);
    const [name, shape] = SIGNS[bead.alarm.severity];
    element(name, { ...shape, class: 'sign' }, element('g', { transform: `translate(${top.x} ${top.y})` }, bead.flag));
  }

  #run() {
    if (!this.#frame) this.#frame = requestAnimationFrame(() => this.#step());
  }

  /** Everything goes a part of the way that is left, until it is there. */
  #step() {
    this.#frame = 0;
    let moving = false;
    const near = (from, to) => {
      const part = still.matches ? 1 : 0.14;
      const left = Math.hypot(to.x - from.x, to.y - from.y);
      if (left < 0.4) return { ...to };
      moving = true;
      return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
    };
    for (const node of this.#nodes.values()) {
      node.now = near(node.now, node.target);
      node.group.setAttribute('transform', `translate(${node.now.x} ${node.now.y})`);
    }
    for (const bead of this.#beads) {
      const goal = this.#nodes.get(bead.owner)?.now ?? bead.place;
      bead.end = near(bead.end ?? goal, goal);
      const bend = { x: CENTRE + (bead.place.x - CENTRE) * 0.62, y: CENTRE + (bead.place.y - CENTRE) * 0.62 };
      bead.thread.setAttribute('d', `M${bead.place.x},${bead.place.y} Q${bend.x},${bend.y} ${bead.end.x},${bead.end.y}`);
    }
    const leading = this.#nodes.get(this.#leader);
    this.#crown.toggleAttribute('hidden', !leading);
    if (leading) {
      const over = { x: leading.now.x, y: leading.now.y - leading.size - 16 };
      this.#crownAt = near(this.#crownAt ?? over, over);
      this.#crown.setAttribute('transform', `translate(${this.#crownAt.x} ${this.#crownAt.y})`);
    }
    if (moving) this.#run();
  }
}
