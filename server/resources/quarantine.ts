/** What an administrator can do about a room that went wrong: read all that is kept of it, and try it again. */

import { type RoomLog, roomRetry } from '#schema/resources.ts';
import { failure, refusal, success } from '#schema/status.ts';
import { parseBody } from '#server/resources/body.ts';
import { answer, type Call, type Handlers, head, refuse } from '#server/resources/resource.ts';
import type { QuarantinePorts } from '#server/rooms/quarantine-ports.ts';

export function quarantineHandlers(ports: QuarantinePorts) {
  return {
    log: { get: (call) => exported(ports, call) },
    retry: { create: (call) => retried(ports, call) },
  } satisfies Handlers['parts'];
}

async function exported({ keeps, log }: QuarantinePorts, { name, may }: Call) {
  const kept = await keeps(name);
  if (!kept) return absent(name);
  const decision = kept.written ? may('get', 'rooms', 'content') : undefined;
  if (decision?.allowed === false) return refuse(refusal('forbidden', { detail: decision.reason }));
  const found = await log(name);
  if (!found) return absent(name);
  const body = { ...head('RoomLog', name), ...found } as RoomLog;
  const headers = { 'Content-Disposition': 'attachment; filename="room-log.json"' };
  return { ...answer(body), headers, ...(decision && { note: `what people wrote was given out: ${decision.reason}` }) };
}

async function retried({ retry }: QuarantinePorts, { name, body }: Call) {
  const parsed = parseBody(roomRetry, 'RoomRetry', body ?? {});
  if ('refused' in parsed) return refuse(parsed.refused);
  const unproven = parsed.value.spec?.acceptUnproven === true;
  const note = unproven ? { note: 'an unproven end of the log is accepted' } : {};
  const kept = await retry(name, unproven);
  if (!kept) {
    const message = `The room "${name}" is back.`;
    return { ...answer({ ...success({ name, uid: name, kind: 'rooms' }), message }), ...note };
  }
  const { refused, reason } = kept;
  if (refused === 'no-such-room') return absent(name);
  return { ...refuse(refusal(refused, reason === undefined ? {} : { detail: reason })), ...note };
}

function absent(name: string) {
  return refuse(failure(404, `There is no room "${name}".`, { name, kind: 'rooms' }));
}
