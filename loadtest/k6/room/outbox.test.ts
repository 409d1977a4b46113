import { describe, expect, it } from 'vitest';
import { isPassing, REFUSALS, type RefusalCode } from '#schema/refusals.ts';
import { Outbox, PASSING, type Reply, type Submit } from './outbox.ts';

function three(): Outbox {
  const outbox = new Outbox('outbox');
  for (const n of [1, 2, 3]) void outbox.push('say', { n });
  return outbox;
}
const window = (outbox: Outbox) => outbox.window() as Submit;
const at = (...seqs: number[]): Reply[] => seqs.map((seq) => ({ ok: true, seq }));

describe('an outbox under load', () => {
  it('[W5] ids are contiguous, and unanswered commands are sent again', async () => {
    const outbox = new Outbox('outbox');
    const first = outbox.push('say', { n: 1 });
    void outbox.push('say', { n: 2 });
    const sent = window(outbox);
    expect(sent).toEqual({ first: 1, commands: [1, 2].map((n) => ({ type: 'say', payload: { n } })) });
    expect(outbox.answered({ ...sent, commands: sent.commands.slice(0, 1) }, at(7)).wrong).toBeUndefined();
    expect(await first).toEqual({ ok: true, seq: 7 });
    expect(window(outbox)).toEqual({ first: 2, commands: [{ type: 'say', payload: { n: 2 } }] });
  });

  it('[W5] an answered command that is expected again counts as lost', () => {
    const outbox = three();
    outbox.answered(window(outbox), at(4, 5, 6));
    expect(outbox.resumed(4)).toBeUndefined();
    expect(outbox.resumed(3)?.kind).toBe('lost');
    void outbox.push('say', {});
    expect([outbox.resumed(4), outbox.resumed(5)]).toEqual([undefined, undefined]); // applied, and not yet answered
    expect(outbox.resumed(6)?.kind).toBe('ids');
  });

  it('[W5] each answer is later in the log than those before it', () => {
    const twice = three();
    expect(twice.answered(window(twice), at(4, 5, 5)).wrong?.kind).toBe('order');
    const fewer = three();
    expect(fewer.answered(window(fewer), at(4, 5)).wrong?.kind).toBe('reply');
    const fine = three();
    expect(fine.answered(window(fine), at(4, 5, 9))).toEqual({ verdict: { next: 'go-on' }, wrong: undefined });
    expect(fine.acked).toBe(9);
  });

  it('[W5] a transient refusal keeps the command, a final one does not', async () => {
    const outbox = three();
    const busy: Reply = { ok: false, code: 'busy', retryAfterMs: 40 };
    expect(outbox.answered(window(outbox), [...at(4), busy, busy]).verdict).toEqual({ next: 'wait', ms: 40 });
    expect(window(outbox).first).toBe(2);
    const gap: Reply = { ok: false, code: 'gap', expect: 2 };
    expect(outbox.answered(window(outbox), [gap, gap]).verdict).toEqual({ next: 'resume' });
    const no: Reply = { ok: false, code: 'forbidden', seq: 5 };
    expect(outbox.answered(window(outbox), [no, ...at(6)]).verdict).toEqual({ next: 'go-on' });
    expect(outbox.window()).toBeUndefined();
  });

  it('[W5] at the end of the room unanswered commands are counted', async () => {
    const outbox = three();
    const last = outbox.push('say', {});
    outbox.answered(window(outbox), at(1));
    expect(outbox.abandon({ ok: false, code: 'room-ended' })).toBe(3);
    expect(await last).toEqual({ ok: false, code: 'room-ended' });
  });

  it('[W5] transient refusals are recognised', () => {
    const passing = (Object.keys(REFUSALS) as RefusalCode[]).filter(isPassing);
    expect([...PASSING].sort()).toEqual(passing.sort());
  });
});
