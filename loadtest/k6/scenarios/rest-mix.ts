/** The REST API as a dashboard and a bot use it: mostly reading, some posting, and reading what was posted. */
import { metrics, report } from '../metrics.ts';
import { api, type Person } from '../place.ts';
import { session } from '../session.ts';
import { pause } from '../time.ts';

type Posted = { metadata: { name: string; resourceVersion: string } };
type List = { metadata: { resourceVersion?: string }; items: { metadata: { name: string } }[] };

const LISTS = ['games', 'channels', 'players?limit=20', 'matches?limit=20', 'stats?limit=20'];
/** A channel takes five posts in five seconds. */
const ROUND_MS = 1_200;

export function restMix(): Promise<void> {
  return session(async (person, until) => {
    for (let n = 1; Date.now() < until; n++) {
      const begun = Date.now();
      for (const list of LISTS) await read(list, person);
      await post(`${person.name} writes ${n}`, person);
      await pause(begun + ROUND_MS - Date.now());
    }
  });
}

async function read(list: string, person: Person): Promise<void> {
  const name = `list ${list.replace(/\?.*/, '')}`;
  const { body } = await api<List>('GET', list, name, person);
  if (!Array.isArray(body.items)) report({ kind: 'reply', detail: `${name} has no items` });
}

/** What was accepted at a place of the log is there for whoever reads from that place on. */
async function post(text: string, person: Person): Promise<void> {
  const spec = { channel: 'lobby', text };
  const { body } = await api<Posted>('POST', 'messages', 'post message', person, { kind: 'Message', spec });
  metrics.commands.add(1);
  const { name, resourceVersion } = body.metadata;
  const label = encodeURIComponent('channel=lobby');
  const path = `messages?labelSelector=${label}&minSeq=${resourceVersion}&limit=500`;
  const { body: found } = await api<List>('GET', path, 'read own message', person);
  if (found.items.some(({ metadata }) => metadata.name === name)) return;
  report({ kind: 'unseen', detail: `message ${name} was accepted and is not listed` });
}
