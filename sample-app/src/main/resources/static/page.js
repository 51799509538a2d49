// Asks this instance for the picture twice a second. What others wrote reaches the page as text only, never as markup.

import { Ring } from './ring.js';

const EVERY = 500;
const COLOURS = 8;
const ring = new Ring();
const byId = (id) => document.getElementById(id);

let alarms = [];
let known = new Map();
let before = null;

function make(name, { text, ...attributes } = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

/** Makes what is there like what is wanted, and leaves the rest alone: who clicks or reads is not disturbed. */
function patch(there, wanted) {
  if (there.isEqualNode(wanted)) return;
  const bare = (node) => node.cloneNode(false);
  if (there.nodeType !== Node.ELEMENT_NODE || !bare(there).isEqualNode(bare(wanted))) {
    there.replaceWith(wanted);
  } else {
    fill(there, [...wanted.childNodes]);
  }
}

function fill(parent, wanted) {
  const there = [...parent.childNodes];
  const nodes = wanted.map((node) => (typeof node === 'string' ? document.createTextNode(node) : node));
  nodes.forEach((node, i) => (i < there.length ? patch(there[i], node) : parent.append(node)));
  there.slice(wanted.length).forEach((node) => node.remove());
}

const count = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;
const clock = (instant) => new Date(instant).toLocaleTimeString([], { hour12: false });

function lasting(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h`;
  return count(Math.floor(seconds / 86400), 'day');
}

/** Tokens may begin with the time of day; which of two is greater shows at their end. */
function token(number) {
  const digits = String(number);
  return make('span', { class: 'token', title: `fencing token ${digits}`, text: digits.length > 9 ? `…${digits.slice(-6)}` : digits });
}

/** What a member is called in little room. */
const shortName = (member) => (member.port ? `:${member.port}` : member.id.length > 9 ? `${member.id.slice(0, 8)}…` : member.id);

/** By the port, so that every instance's page paints a member alike; by the order where two would be alike. */
function colours(members) {
  const taken = new Set();
  return members.map((member, i) => {
    let colour = (member.port ? Math.max(0, member.port - 8080) : i) % COLOURS;
    for (let tries = 0; taken.has(colour) && tries < COLOURS; tries++) colour = (colour + 1) % COLOURS;
    taken.add(colour);
    return `c${colour}`;
  });
}

/** The picture as the page wants it. */
function read(picture) {
  const painted = colours(picture.members);
  const firing = new Set(picture.firing);
  const unknown = new Set(picture.unknown);
  const members = picture.members.map((member, i) => {
    const owned = alarms.filter((alarm, a) => picture.owners[a] === i);
    return {
      ...member,
      key: member.id,
      name: shortName(member),
      colour: painted[i],
      self: member.id === picture.self,
      leads: member.id === picture.leader?.member,
      alarms: owned.length,
      firing: owned.filter((alarm) => firing.has(alarm.id)).length,
    };
  });
  const find = new Map(members.map((member) => [member.id, member]));
  return {
    ...picture,
    members,
    member: (id) => find.get(id) ?? { id, name: 'gone', colour: 'c-none' },
    ownerOf: (i) => members[picture.owners[i]],
    stateOf: (id) => (firing.has(id) ? 'firing' : unknown.has(id) ? 'unknown' : ''),
    fires: alarms.filter((alarm) => firing.has(alarm.id)),
  };
}

function by(member) {
  return make('span', { class: `by ${member.colour}`, title: member.id, text: member.name });
}

function flag(severity) {
  const name = severity.toLowerCase();
  return make('i', { class: `flag ${name}`, role: 'img', 'aria-label': name });
}

function showHeadline(now) {
  const sentence = `${count(now.members.length, 'evaluator')} ${now.members.length === 1 ? 'watches' : 'share'} ${count(alarms.length, 'alarm')}. `;
  const fires = now.fires.length;
  fill(byId('headline'), [
    sentence,
    fires ? make('em', { text: `${fires} fire${fires === 1 ? 's' : ''}.` }) : 'None fires.',
  ]);
  const leader = now.leader ? `${now.member(now.leader.member).name} leads` : 'nobody leads';
  byId('facts').textContent = `${leader} · ${now.store} · asked ${now.member(now.self).name} at ${clock(now.at)}`;
  byId('ring-text').textContent =
    `${sentence}${leader}. ` +
    now.members.map((member) => `${member.name} evaluates ${count(member.alarms, 'alarm')}, ${member.firing} of which fire.`).join(' ');
}

function showSummary(now) {
  if (!now.summary) return;
  const { content, token: number } = now.summary;
  const kinds = [
    [content.critical, 'critical', 'critical'],
    [content.warning, 'warning'],
    [content.notice, 'notice'],
  ].filter(([number]) => number);
  const fires = kinds.map(([number, one, many]) => count(number, one, many)).join(', ');
  byId('summary').textContent =
    `${count(content.evaluators, 'evaluator')}, ${count(content.alarms, 'alarm')}: ${fires || 'all is calm'}.` +
    (content.unknown ? ` Nothing to read for ${content.unknown}.` : '');
  fill(byId('summary-by'), [
    by(now.member(content.writtenBy)),
    ' with fencing token ',
    token(number),
    `, ${lasting(Date.parse(now.at) - Date.parse(content.writtenAt))} ago`,
  ]);
}

function showFiring(now) {
  const worst = ['CRITICAL', 'WARNING', 'NOTICE'];
  const sorted = [...now.fires].sort((a, b) => worst.indexOf(a.severity) - worst.indexOf(b.severity));
  const told = new Map(now.notifications.map((entry) => [entry.content.alarm, entry.content]));
  fill(byId('firing'), [
    ...sorted.map((alarm) => {
      const notified = told.get(alarm.id);
      const owner = now.ownerOf(alarms.indexOf(alarm));
      return make(
        'li',
        {},
        flag(alarm.severity),
        make('b', { text: alarm.id }),
        owner ? by(owner) : '',
        make('span', {
          class: 'small',
          text: alarm.message + (notified?.open ? `; ${notified.value} at ${clock(notified.firedAt)}` : ''),
        }),
      );
    }),
  ]);
  byId('firing-none').hidden = sorted.length > 0;
}

function showNotifications(now) {
  fill(byId('notifications'), [
    ...now.notifications.map(({ content, token: number }) => {
      const alarm = known.get(content.alarm);
      return make(
        'li',
        {},
        content.open ? flag(alarm?.severity ?? 'NOTICE') : make('i', { class: 'flag over', role: 'img', 'aria-label': 'over' }),
        make('b', { text: content.alarm }),
        by(now.member(content.open ? content.firedBy : content.resolvedBy)),
        make(
          'span',
          { class: 'small' },
          content.open
            ? `fires since ${clock(content.firedAt)}`
            : `over at ${clock(content.resolvedAt)}, fired at ${clock(content.firedAt)}`,
          ', token ',
          token(number),
          content.times > 1 ? `, ${content.times} times so far` : '',
        ),
      );
    }),
  ]);
  byId('notifications-none').hidden = now.notifications.length > 0;
}

function showMembers(now) {
  fill(byId('member-rows'), [
    ...now.members.map((member) => {
      const page = member.port
        ? make('a', { href: `${location.protocol}//${location.hostname}:${Number(member.port)}/`, text: member.name })
        : make('span', { text: '–' });
      const roles = [member.leads && 'leader', member.self && 'this one'].filter(Boolean).join(', ');
      const row = make(
        'tr',
        { class: member.colour },
        make('td', {}, make('span', { class: 'by' }, page)),
        make('td', { text: roles }),
        make('td', { class: 'number', text: member.alarms }),
        make('td', { class: 'number', text: member.firing }),
        make('td', { class: 'number', text: member.weight }),
        make('td', { class: 'number', text: member.pid ?? '–' }),
        make('td', { class: 'number', text: member.startedAt ? lasting(Date.parse(now.at) - Date.parse(member.startedAt)) : '–' }),
        make('td', { class: 'id', title: member.id }, make('code', { text: member.id })),
      );
      row.dataset.member = member.id;
      return row;
    }),
  ]);
}

function showAlarms(now) {
  if (!byId('alarms').open) return;
  fill(byId('alarm-rows'), [
    ...alarms.map((alarm, i) => {
      const owner = now.ownerOf(i);
      const state = { firing: 'fires', unknown: 'nothing to read', '': 'calm' }[now.stateOf(alarm.id)];
      return make(
        'tr',
        {},
        make('td', { text: alarm.id }),
        make('td', {}, state === 'fires' ? flag(alarm.severity) : '', ` ${state}`),
        make('td', {}, owner ? by(owner) : 'nobody'),
        make('td', {}, make('code', { text: `${alarm.condition} for ${alarm.rounds}` })),
        make('td', { class: 'text', text: alarm.message }),
      );
    }),
  ]);
}

/** Says what changed to those who do not see the picture. */
function tellChanges(now) {
  if (before) {
    const ids = (picture) => new Set(picture.members.map((member) => member.id));
    const came = now.members.filter((member) => !ids(before).has(member.id)).map((member) => `${member.name} came.`);
    const left = before.members.filter((member) => !ids(now).has(member.id)).map((member) => `${member.name} left.`);
    const leads = now.leader && now.leader.member !== before.leader?.member ? [`${now.member(now.leader.member).name} leads.`] : [];
    const fires = now.fires.filter((alarm) => before.stateOf(alarm.id) !== 'firing').map((alarm) => `${alarm.id} fires.`);
    const said = [...came, ...left, ...leads, ...fires];
    if (said.length) byId('changes').append(make('p', { text: said.join(' ') }));
    while (byId('changes').childElementCount > 20) byId('changes').firstElementChild.remove();
  }
  before = now;
}

function show(picture) {
  const now = read(picture);
  ring.update(now.members, picture.leader?.member ?? null, picture.owners, now.stateOf);
  showHeadline(now);
  showSummary(now);
  showFiring(now);
  showNotifications(now);
  showMembers(now);
  showAlarms(now);
  tellChanges(now);
}

function showTrouble(failure) {
  document.body.classList.toggle('stale', failure !== null);
  byId('trouble').hidden = failure === null;
  if (failure === null) return;
  const others = (before?.members ?? []).filter((member) => !member.self && member.port);
  byId('trouble').replaceChildren(
    `${failure} The picture is as it was last seen. `,
    ...(others.length ? ['The others may know: '] : []),
    ...others.flatMap((member) => [
      make('a', { href: `${location.protocol}//${location.hostname}:${Number(member.port)}/`, text: member.name }),
      ' ',
    ]),
  );
}

async function ask(path) {
  let answer;
  try {
    answer = await fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(5000) });
  } catch {
    throw new Error('This instance does not answer.');
  }
  if (!answer.ok) throw new Error('This instance can not reach the store.');
  return answer.json();
}

async function round() {
  try {
    const picture = await ask('api/picture');
    if (picture.owners.length !== alarms.length) {
      alarms = await ask('api/alarms');
      known = new Map(alarms.map((alarm) => [alarm.id, alarm]));
      ring.show(alarms);
    }
    show(picture);
    showTrouble(null);
  } catch (failure) {
    showTrouble(failure.message);
  }
  setTimeout(round, EVERY);
}

byId('member-rows').addEventListener('pointerover', (event) => ring.choose(event.target.closest('tr').dataset.member));
byId('member-rows').addEventListener('pointerleave', () => ring.choose(null));
byId('alarms').addEventListener('toggle', () => before && showAlarms(before));
round();
