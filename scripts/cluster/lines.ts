/** One log for many processes: who, when, and what, on one line. */
const LEVELS: Readonly<Record<number, string>> = { 30: '     ', 40: 'WARN ', 50: 'ERROR', 60: 'FATAL' };
const QUIET = new Set(['level', 'time', 'msg', 'req', 'res', 'responseTime', 'from']);

export function line(name: string, text: string): string {
  const who = name.padEnd(8);
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return `${who} | ${text}`;
  }
  const { level, time, msg } = entry;
  const rest = Object.entries(entry).filter(([key]) => !QUIET.has(key));
  const fields = rest.map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const at = String(time ?? '').slice(11, 23);
  return `${who} | ${at} ${LEVELS[Number(level)] ?? '     '} ${[msg, ...fields].join(' ')}`;
}
